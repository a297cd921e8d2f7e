"""Given names by the gender of those who mostly bear them, and the short forms that stand for them.

A name that both bear in numbers is in neither list but in ``EITHER``.
"""

from __future__ import annotations

MALE = frozenset(
    """
    aaron abdul abdullah abraham adam adel aditya adrian ahmad ahmed al alan albert alberto alejandro aleksander
    aleksandr aleksei alexander alexandre alexei alexis alf alfonso alfred ali allan allen alvaro amir amit
    anatoly anders andre andreas andrei andrew andrzej andrés andy angelo anil anthony antoine anton antonin
    antonio antonis antónio archie arjun armando arnold arthur arturo arun ashraf asif aubin august austin avi
    axel aziz baptiste barack barney barry bart bashar bastian ben benedict benigno benito benjamin benoît bernard
    bernie bert bill billy björn bob bobby boris brad bradley brandon brendan brent bret brett brian bruce bruno
    bryan bryce byron caleb calvin cameron carl carlo carlos cary cedric cesar chad charles charlie chester chip
    chris christian christoph christopher chuck clarence clark claude claudio clay clayton cliff clint clyde cody
    colin conor corey cory craig curt curtis cyril cyrus cédric dale damian damien damon dan daniel daniele danny
    darrell darren darryl dave david davis dean demetrius denis dennis denny derek derrick desmond devin dick
    didier diego dimitri dirk dmitri dmitriy dmitry dominic dominique don donald donnie donny doug douglas drew
    duane duffy duncan dustin dwight earl ed eddie edgar edmund eduardo edward edwin efraim ehud eli elias elijah
    elliott elmer elon emilio emmanuel enrico enrique eric erich erick erik ernest ernesto ernie erwin esteban
    ethan eugene evan evgeny fabian fabrice faisal fareed farid felipe felix ferdinand fernando fidel filippo
    floyd francesco francis francisco franco francois frank franklin franz françois fred freddie freddy frederic
    frederick friedrich frédéric gabriel garrett garry gary gavin gaël gene gennady geoff geoffrey georg george
    georges georgi gerald gerard gerardo gerhard gerry giacomo gilbert gilles giorgio giorgos giovanni giulio
    giuseppe glen glenn gordon graham grant greg gregg gregory grégoire guido guillaume guillermo gunther gus
    gustavo guy habib hamid hank hans harold harry harvey hassan hector heinrich heinz helmut henri henrik henry
    herbert herman hideki hiroshi horst hosni howard hubert hugh hugo huma hunter hussein ian ibrahim ignacio igor
    ilham ilya imran irving isaac isaiah ismail ivan ivo jack jacob jacques jaime jake jamal james jamie jan jared
    jason javier jay jean jeb jed jeff jefferson jeffrey jens jeremiah jeremy jerome jerry jerzy jim jimmy joachim
    joaquin joaquín joe joel joey johan johann johannes john johnny jon jonas jonathan jorge jose josef joseph
    josh joshua josip josé juan jude juha jules julian julien julio julius justin jérôme jürgen kamal karel karim
    karl keith kellyanne ken kenneth kenny kent kevin khaled khalid kirk klaus kofi konrad konstantin kostas
    krzysztof kurt kyle lamar lance larry lars laurent lawrence lech lee len lenny leo leon leonard leonardo
    leonid leroy les leslie lester levi lewis liam lindsey lionel lloyd lorenzo lou louis luca lucas luciano
    ludovic ludwig luigi luis luiz lukas lukasz luke lyle lyndon mahmoud malcolm manfred manuel marc marcel
    marcelo marco marcos marcus marek mariano mario marius mark markus marshall martin marty marvin massimo
    mateusz mathias mathieu mats matt matteo matthew matthias maurice mauricio max maxim maxime maximilian mehdi
    mehmet mel melvin michael michal michel miguel mihail mike mikhail milan miles milos milton mitch mitchell
    mitt mohamed mohammad mohammed moritz moses muhammad murray mustafa nabil narendra nat nate nathan nathaniel
    neal neil nelson newt niall nicholas nick nicky nicolas nicolás niels nigel nikita nikola nikolai nikos noah
    noel norbert norman oleg oliver olivier omar orlando orrin osama oscar otto owen pablo paolo pascal pat
    patricio patrick paul paulo pavel pawel pedro percy perry pete peter petr petro phil philip philippe phillip
    pierre piers piotr prakash quentin radoslaw rafael rafal rahm rahul raj rajiv ralph ramon ramón rand randall
    randy raphael raphaël rashid raul ray raymond raúl recep reggie reince reinhold rené rex reza ricardo riccardo
    richard rick ricky rob robbie robby robert roberto rod roderick rodney rodolfo rodrigo roger rohan roland rolf
    roman romano ron ronald ronnie rory ross roy ruben rudolf rudolph rudy rufus rupert russ russell ryan rémi
    salvador salvatore sam samir samuel sanjay saul scott sean sebastian sebastián serge sergei sergey sergio seth
    seymour shane shaun shimon shinzo sid sidney silvio simon slobodan spencer stan stanley stefan stefano stephan
    stephane stephen steve steven stewart stuart stéphane sven syed sébastien ted teddy terence terrence terry
    thad theo theodore thibault thierry thomas thorsten tim timothy tobias toby todd tom tomas tomasz tommy tomás
    tony travis trent trevor trey tristan troy tyler ulrich umberto uri valery vernon vicente victor vikram viktor
    vincent vinod virgil vitaly vittorio vlad vladimir volodymyr wade waldemar wallace walter warren wayne wendell
    werner wesley wilbur wilfred wilhelm will willem william willie winston wolfgang woodrow xavier yair yannick
    yannis yasser yitzhak youssef yuri yusuf yves zach zachary zack zbigniew zoran étienne
    """.split()
) - frozenset(["huma", "kellyanne"])
FEMALE = frozenset(
    """
    abigail ada adriana agnes agnieszka aicha aisha alejandra aleksandra alessandra alexandra alexandria alice
    alicia alina aline alison allison alma alyssa amanda amber amelia amelie amina amy ana anastasia anaïs andrea
    angela angelica angelina anita ann anna annabel anne annegret anneliese annette annie antoinette anya ariana
    arianna arlene astrid audrey aurora aurélie ava ayesha barbara beata beatrice beatriz becky belinda benazir
    bernadette bertha beth bethany betsy bettina betty beverly birgit bonnie brenda bridget brigitte britney
    brittany brooke camilla camille candice cara carina carla carly carmen carol carole carolina caroline carolyn
    carrie cassandra catalina catherine cathy cecelia cecilia celeste chantal charlene charlotte chelsea cheryl
    chiara chloe christiane christina christine cindy claire clara claudia clémence colleen connie consuelo cora
    corinne cornelia cristina crystal cynthia céline daisy daniela danielle daphne darlene dawn debbie deborah
    debra deirdre delia delphine denise desiree diana diane dianne dilma dina dolores donna dora dorothea dorothy
    ebony edith edna eileen elaine eleanor elena elisabeth elise eliza elizabeth ella ellen eloise elsa elsie
    emilia emily emma erica erika erin ernestine esmeralda estelle esther ethel eugenia eva eve evelyn ewa fatima
    fatma felicia fiona flora florence frances francesca francine françoise frida gabriela gabrielle gail galina
    geneviève georgia georgina geraldine gertrude gina ginger gisele giulia gladys gloria grace greta gretchen
    gwen gwendolyn hannah harriet hatice hazel heather heidi helen helena helga henrietta hilary hilda hillary
    holly hope huma hélène ida ilse imelda indira ines inga ingrid inès irena irene irina irma isabel isabella
    isabelle ivana ivanka ivy jackie jacqueline jana jane janet janice janine jasmine jeanette jeanne jeannie jen
    jenna jennifer jenny jessica jill jo joan joanna joanne jocelyn johanna josefina josephine joy joyce juanita
    judith judy julia juliana julie juliet june karen karin karina karla karolina katarzyna kate katharina
    katherine kathleen kathryn kathy katie katrina katya kay kayla keiko kellyanne kerstin kim kimberly kirsten
    kirstjen kristen kristin kristina kyung lana lara larissa latoya laura lauren laurie leah leila lena leticia
    lidia lilian liliana lillian lily linda lisa liv liz liza lois lola loretta lorraine louise lourdes lucia
    lucie lucille lucy ludmila luisa luz lydia lynn lynne mabel madeleine madeline magdalena maggie malala
    malgorzata malia mandy marcia margaret margarita margot marguerite maria mariam marian mariana marianne marie
    marina marine marisa marissa marjorie marlene marsha marta martha martine mary maryam matilda maureen maxine
    maya megan meghan megyn melania melanie melinda melissa mercedes meredith merrin michelle mika mildred miranda
    miriam mitzi moira molly mona monica monika monique muriel myra myrna nadia nadine nancy naomi natalia natalie
    natasha nellie nerys nicola nicole nikki nina noelle nora norma noura nydia octavia odile olga olive olivia
    olympia ottoline pam pamela patricia patsy patti patty paula paulina pauline pearl peggy penelope penny petra
    phyllis pia polly priscilla priti rachel ramona raquel rebecca regina renata renate renee rhonda rita roberta
    rochelle rosa rosalind rosalyn rosanna rose roseanne rosemary roxanne ruth sabine sabrina sadie sally samantha
    sandra sara sarah sasha savannah selma serena shannon sharon sheila shelley shelly sheryl shirley sigrid
    silvia simone sofia sonia sonja sonya sophia sophie stacey stacy stefanie stella stephanie sue susan susana
    susanna susanne suzanne svetlana sybil sylvia sylvie ségolène tabitha tamara tammy tania tanya tara tatiana
    teresa teri terri tessa thelma theresa therese tiffany tina tracey tricia trudy ursula ute valentina valerie
    vanessa vera veronica veronika verónica vicki vicky victoria viola violet virginia vivian wanda wendy whitney
    whoopi wilma winifred yasmin yolanda yulia yvette yvonne zainab zoe zoë élisabeth élise élodie
    """.split()
)
EITHER = frozenset(
    """
    alex ashley aubrey bobbie cameron casey chris courtney dana darcy evelyn frankie jackie jamie jean jesse
    jessie jo jody jordan kelly kerry kim kris lee leslie lindsay lou lynn marion morgan nicola pat quinn robin
    sam sandy sasha shannon shelby sidney stacy sydney taylor terry tracy val valentine
    """.split()
)
GIVEN = MALE | FEMALE | EITHER
ONLY_GIVEN = GIVEN - EITHER
"""Those that are hardly ever surnames that stand first."""

_SHORT_FORMS = """
    abe abraham; alex alexander alexandra; al albert alan alfred; andy andrew; barb barbara; ben benjamin; bernie
    bernard; bert albert robert; beth elizabeth; betsy elizabeth; betty elizabeth; bill william; billy william;
    bob robert; bobby robert; cathy catherine; charlie charles; chris christopher christine; chuck charles; dan
    daniel; danny daniel; dave david; deb deborah; debbie deborah; dick richard; dmitri dmitry; don donald; doug
    douglas; ed edward edwin; eddie edward; fred frederick; gabe gabriel; geoff geoffrey; greg gregory; hank
    henry; harry harold; jack john; jake jacob; jeb john; jeff jeffrey; jen jennifer; jenny jennifer; jerry gerald
    jerome; jim james; jimmy james; joe joseph; joey joseph; jon jonathan; josh joshua; judy judith; kate
    katherine kathryn; kathy katherine kathleen; katie katherine; ken kenneth; larry lawrence; len leonard; liz
    elizabeth; maggie margaret; marty martin; matt matthew; max maxwell maximilian; meg margaret megan; mike
    michael; mitch mitchell; nate nathan nathaniel; nick nicholas; pam pamela; pat patrick patricia; patty
    patricia; peggy margaret; pete peter; phil philip; ray raymond; rich richard; rick richard; rob robert; robby
    robert; ron ronald; rudy rudolph; russ russell; sam samuel samantha; sergey sergei; sean shaun; stan stanley;
    steve steven stephen; steven stephen; sue susan; ted edward theodore; terry terrence terence; tim timothy; tom
    thomas; tony anthony; trish patricia; vicky victoria; vince vincent; walt walter; will william; zach zachary
    """
_STANDS_FOR = {short: frozenset(full) for short, *full in map(str.split, _SHORT_FORMS.split(";"))}


def same_given(one: str, other: str) -> bool:
    """Whether two given names may be one person's: equal, an initial of the other, or its short form."""
    if one == other or one in _STANDS_FOR.get(other, ()) or other in _STANDS_FOR.get(one, ()):
        return True
    return min(len(one), len(other)) == 1 and one[0] == other[0]


def gender_of(given: str) -> str | None:
    """``"m"`` or ``"f"`` where a given name tells it."""
    if given in EITHER:
        return None
    male, female = given in MALE, given in FEMALE
    return None if male == female else "m" if male else "f"
