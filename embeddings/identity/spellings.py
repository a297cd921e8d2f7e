"""One spelling for what is one name in another alphabet, and the full names behind short ones; pure.

Each fold is meant for names of its own region and says nothing of others: whether two Peters, Hansen and Hanson,
are one man is not a question of alphabets.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})

_SHORT = """
abigail abby|abraham abe|albert al bert|alan al|alfred al alf fred|alexander alex sandy al|alexandra alex sandra
andrew andy drew|anthony tony|antonia toni|arthur art|barbara barb babs|benjamin ben benny|bernard bernie
bradley brad|caroline carrie|catherine cathy kate|charles charlie chuck|charlotte lottie|christian chris
christina chris tina|christine chris|christopher chris kit|clifford cliff|clinton clint|cynthia cindy
daniel dan danny|david dave davey|deborah deb debbie|donald don donny donnie|dorothy dot dottie
douglas doug|edgar ed|edmund ed|edward ed eddie ted teddy ned|edwin ed|eleanor ellie nell|elizabeth liz beth betsy betty
eugene gene|florence flo|frances fran|francis frank fran|franklin frank|frederick fred freddie|gabriel gabe
geoffrey geoff|gerald gerry jerry|gerard gerry|gilbert gil|gregory greg|harold hal|harry hal|henry hank harry
herbert herb bert|howard howie|isabel izzy|jacob jake|jacqueline jackie|james jim jimmy jamie|janet jan
jason jay|jeffrey jeff|jennifer jen jenny|jeremy jerry|jessica jess|john jack johnny|jonathan jon|joseph joe joey
joshua josh|judith judy|julia julie|katherine kate kathy katie|kathleen kathy kate|kenneth ken kenny|lawrence larry
leonard len lenny leo|louis lou|lucille lucy|madeleine maddy|margaret maggie meg peggy|martha marty|martin marty
matthew matt|maxwell max|megan meg|michael mike mick mickey|mitchell mitch|nathan nate|nathaniel nate nat
nicholas nick|nicole nicky|norman norm|oliver ollie|pamela pam|patricia pat patty trish|patrick pat paddy
peter pete|philip phil|phillip phil|randolph randy|randall randy|raymond ray|rebecca becky
reginald reggie|richard dick rick rich richie|robert bob bobby rob robbie|rodney rod|roger rog|ronald ron ronnie
rudolph rudy|russell russ|samantha sam|samuel sam sammy|sebastian seb|sidney sid|stanley stan|stephen steve
steven steve|stuart stu|susan sue susie|suzanne sue|terence terry|teresa terry tess|theodore ted teddy theo
theresa terry tess|thomas tom tommy|timothy tim timmy|valerie val|victor vic|victoria vicky|vincent vince
virginia ginny|walter walt|wayne|wesley wes|william bill billy will willie|zachary zach zack
mark|paul|george|kevin|brian|scott|gary|larry|justin|ryan|adam|keith|bruce|ralph|roy|eric|carl|sean|kyle|jean|grace
mary|linda|karen|lisa|nancy|sandra|donna|carol|ruth|sharon|michelle|laura|sarah|kimberly|emily|melissa|amy|anna|anne
ann|hannah|helen|diane|alice|marie|rose|jane|joan|julian|simon|colin|neil|ian|graham|trevor|derek|gordon|kenny|lee
"""
"""Full given names, each followed by its short forms."""

_SAME = """
mohammed muhammad mohamed mohammad mohamad muhammed mohamet mohammud|ahmed ahmad ahmet|hussein hussain husayn husein
benjamin binyamin benyamin|abdel abdul abd|hassan hasan|yusuf yousef youssef yousuf yusef|umar omar|usama osama
mahmoud mahmud|khaled khalid|hamid hamed|haider haidar haydar|said saeed sayed|ibrahim ebrahim|ismail esmail
sergei serge serguei sergey sergej|alexander aleksandr alexandr aleksander|mikhail michail|dmitry dimitri dimitry
fyodor fedor|pyotr petr|katherine catherine kathryn katharine|geoffrey jeffrey|francois|gyorgy
"""
"""Spellings of one given name, the first being the one."""

_ARABIC = """
abbas abd abdallah abdel abdul abdulaziz abdullah abu adel ahmed ali amin amir anwar ashraf asma ayman aziz bachar
bashar bilal ebrahim fahd faisal farid fatima fuad habib hafez haider hamad hamid hani haroun hashim hassan hosni husni
hussein ibrahim idris imad imran iyad ismail jalal jamal javad kamal karim khaled khalil mahdi maher mahmoud mahmud
mansour marwan masoud massoud moammar mohammed mouammar muammar mubarak mukhtar munir muqtada mustafa nabil nadia nasser
nawaz nouri nuri qasem qassem rafik rahim rami rashid reza saad saadi saddam said saif salah saleh salem salim salman
samir shehbaz tariq tarek umar usama walid wael yahya yasin yasir yasser younis yusuf zaid zayed zahra zine
"""
_SLAVIC = """
aleksandr aleksei alla anatoli andrei andri anna anton arseni artem bogdan boris daniil denis dmitri dmitro egor
ekaterina elena evgeni fedor gennadi georgi gleb grigori igor ilia ivan ihor iakov iana iaroslav iosif iulia iuri kirill
konstantin ksenia larisa leonid liudmila lev liubov maksim maria marina mihail mikola mikhailo nadezhda natalia nikita
nikolai oksana oleg oleh oleksandr oleksi olena olga olha pavel pavlo petro piotr roman ruslan semen serhi sergei sofia
stanislav stepan svetlana svitlana taras tatiana timofei vadim valentin valentina valeri vasil vasili viacheslav
viktor viktoria vitali vladimir vladislav volodimir vsevolod zhanna
"""

VARIANTS = {v: group.split()[0] for group in _SAME.replace("\n", "|").split("|") for v in group.split()}


def _full_names() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _SHORT.replace("\n", "|").split("|"):
        full, *short = group.split() or [""]
        for name in short:
            found.setdefault(name, set()).add(VARIANTS.get(full, full))
    return {name: frozenset(full) for name, full in found.items()}


_FULL_NAMES = _full_names()
_ARABIC_GIVEN = frozenset(VARIANTS.get(name, name) for name in _ARABIC.split())
_SLAVIC_GIVEN = frozenset(_SLAVIC.split())
GIVEN_NAMES = frozenset(_SHORT.replace("|", " ").split()) | VARIANTS.keys() | _ARABIC_GIVEN | _SLAVIC_GIVEN


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """A word in small letters without accents, apostrophes and points."""
    small = word.casefold()
    if not small.isascii():
        apart = unicodedata.normalize("NFKD", small.translate(_LETTERS))
        small = "".join(char for char in apart if not unicodedata.combining(char))
    return small if small.isalnum() else "".join(char for char in small if char.isalnum() or char == "-")


@lru_cache(maxsize=200_000)
def plain_spellings(word: str) -> tuple[str, ...]:
    """``plain`` and, where the word has an umlaut, as those write it who have no such key: Schäuble, Schaeuble."""
    if word.isascii():
        return (plain(word),)
    return tuple(dict.fromkeys((plain(word), plain(unicodedata.normalize("NFC", word.casefold()).translate(_UMLAUTS)))))


@lru_cache(maxsize=50_000)
def given_names(word: str) -> frozenset[str]:
    """A plain given name in its first spelling, and the full names that it may be short for."""
    name = VARIANTS.get(word, word)
    return _FULL_NAMES.get(name, frozenset()) | {name}


def _rules(text: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = (rule.split(">") for rule in text.split())
    return tuple((re.compile(pattern), letters) for pattern, letters in pairs)


def _folded(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, letters in rules:
        word = pattern.sub(letters, word)
    return word


_FROM_CYRILLIC = _rules(
    r"""tsch>ch tch>ch sch>sh sh>ch kh>h ou>u w>v ff$>v gu([ei])>g\1 x>ks [yj]>i ine$>in ^ie>e ([aeiou])ie>\1e
    (.)\1+>\1 chch>ch chov$>chev ksander$>ksandr ^dimitr>dmitr"""
)
_FROM_ARABIC = _rules(
    r"""ou>u oo>u o>u dh>d gh>g [qg]>k sch>sh ch>sh (ei|ai|ey|ay)>ai ee>i [ey]>i (.)\1+>\1 ([^aiu])i(?=[^aiu])>\1
    ([^aiu])i(?=[^aiu])>\1"""
)
_FROM_KOREAN = _rules(
    r"""ng>N eo>o eu>u ou>o oo>u ee>i ui>i oi>oe wu>u yi$>i u>o sh>s ph>p th>t kh>k ch>j ([aeiou])h(?=[^aeiouy]|$)>\1
    ahn$>an (.)\1+>\1"""
)
_KOREAN_VOICES = str.maketrans("gdb", "ktp")
_SLAVIC_SURNAME = re.compile(r"(?:[^aeiou](?:ov|ev|off|eff)|sk(?:i|ii|iy|ij|y|yy|yi|yj)|enko|chuk|ovich|evich)$")


@lru_cache(maxsize=100_000)
def from_cyrillic(word: str) -> str:
    """One form for the ways of writing a Russian, Ukrainian, Serbian or Bulgarian name in Latin letters."""
    return _folded(VARIANTS.get(word, word), _FROM_CYRILLIC)


@lru_cache(maxsize=100_000)
def from_arabic(word: str) -> str:
    """One form for the ways of writing an Arabic or Persian name in Latin letters."""
    return _folded(VARIANTS.get(word, word), _FROM_ARABIC)


@lru_cache(maxsize=100_000)
def from_korean(given: str) -> str:
    """One form for the ways of writing a Korean given name, its syllables joined, in Latin letters."""
    folded = _folded(given, _FROM_KOREAN)
    # A name of a single syllable has too little else to tell it by.
    return folded.translate(_KOREAN_VOICES) if len(re.findall("[aeiou]+", given)) > 1 else folded


@lru_cache(maxsize=100_000)
def is_slavic(given: str, surname: str) -> bool:
    """Whether a name looks as if it had been written in Cyrillic letters."""
    return from_cyrillic(given) in _SLAVIC_GIVEN or bool(_SLAVIC_SURNAME.search(surname))


def is_arabic(given: str) -> bool:
    """Whether a given name looks as if it had been written in Arabic letters."""
    return VARIANTS.get(given, given) in _ARABIC_GIVEN or given.startswith("abdel")


_KOREAN_SURNAMES = """
kim gim|ri lee rhee yi|pak park bak|choe choi|jong jung jeong chung chong|jo cho|kang gang|yun yoon youn|jang chang
rim lim im|han|o oh|so seo suh|sin shin|kwon gwon|hwang|an ahn|song|ryu yu yoo ryoo|hong|jon jeon chun chon|ko go koh
mun moon|son sohn|yang|pae bae|paek baek paik|ho heo huh hur|no noh roh|nam|ha|ju joo chu|ku koo gu|u woo|pan ban
hyon hyun|thae tae|min|sim shim|cha|om eom um|won|ro|kwak gwak|pyon byun|ra na|kye gye|ki gi|maeng|myong|pang bang
"""
_CHINESE = frozenset(
    """
    xi wang li zhang liu chen zhao huang zhou wu xu sun ma zhu hu guo he gao luo zheng liang xie tang deng feng cao
    peng zeng xiao tian dong pan yuan cai jiang wei jia ding xue ye yan du dai xia zhong fan shi yao tan zou xiong
    bo mao qin hou lai tsai hsu hsieh chiang lin hua jin qian fu shen su lu lv ren cui meng bai kong cheng wen hao
    zhuang lei
    """.split()
)
_JAPANESE = frozenset(
    """
    abe aso fukuda hatoyama hashimoto ishiba ishihara ito kishida kobayashi koike koizumi kono kato maehara
    matsumoto mori murakami murayama nakasone nakamura nakatani noda obuchi okada ozawa saito sakamoto sasaki sato
    suga suzuki takahashi takaichi tanaka tamaki watanabe yamada yamaguchi yamamoto yoshida hayashi motegi kuroda
    ueda edano
    """.split()
)
_HUNGARIAN = frozenset(
    """
    andras attila bela erno ferenc gabor geza gergely gyorgy gyula imre istvan janos jeno jozsef karoly krisztina
    laszlo miklos mihaly orsolya pal peter sandor szabolcs tamas tibor viktor zoltan zsolt judit katalin eszter
    agnes
    """.split()
)
_KOREAN = {
    v: group.split()[0] for group in _KOREAN_SURNAMES.strip().replace("\n", "|").split("|") for v in group.split()
}
EASTERN_SURNAMES = _KOREAN.keys() | _CHINESE
_SYLLABLE = (
    r"(?:kk|tt|pp|ss|jj|ch|sh|th|[gkndtrlmbpsjhw])?y?w?(?:yeo|eo|eu|ae|oe|ui|oo|ou|ee|ie|[aeiou]){1,2}"
    r"(?:ng|[kgntlmpb]|h(?![aeiouy]))?"
)
_KOREAN_GIVEN = re.compile(rf"{_SYLLABLE}(?:{_SYLLABLE})?")
_CHINESE_GIVEN = re.compile(r"(?:(?:(?:zh|ch|sh|hs|ts|[bpmfdtnlgkhjqxrzcsyw])?[aeiouv]{1,3}(?:ng|n|r)?)){1,2}")
_JAPANESE_GIVEN = re.compile(r"(?:(?:ch|sh|ts|[kgsztdnhbpmyrwjf]y?)?[aeiou]n?)+")


def east_asian(words: tuple[str, ...]) -> tuple[str, str] | None:
    """Surname and given name, each folded, of plain words that read as a Korean or Chinese name in its own order."""
    if words[0] not in EASTERN_SURNAMES or not 1 < len(words) < 4:
        return None
    surname, *given = words
    joined = "".join(given)
    if surname in _KOREAN and all(map(_KOREAN_GIVEN.fullmatch, given)):
        return "korean " + _KOREAN[surname], from_korean(joined)
    if surname in _CHINESE and all(map(_CHINESE_GIVEN.fullmatch, given)):
        return "chinese " + surname, joined
    return None


def surname_first(given: str, surname: str) -> bool:
    """Whether two plain words read as a Japanese or Hungarian name in its own order, the surname first."""
    if given in _JAPANESE and surname not in _JAPANESE and _JAPANESE_GIVEN.fullmatch(surname):
        return surname not in GIVEN_NAMES
    return surname in _HUNGARIAN and given not in _HUNGARIAN and given not in GIVEN_NAMES


IBERIAN_GIVEN = frozenset(
    """
    alejandro alberto alvaro ana andres antonio alfonso beatriz carlos carmen claudia cristina diego dilma eduardo
    emilio enrique ernesto esteban evo felipe fernando fidel francisco gabriel gonzalo guillermo gustavo hugo
    ignacio inacio isabel ivan javier jaime jair joao joaquin jorge jose josep juan julian leopoldo lilian luis luiz
    manuel marcelo marco maria mariano mario mauricio miguel nestor nicolas octavio ollanta pablo patricio pedro
    rafael ramon raul ricardo roberto rodrigo salvador santiago sergio soraya tomas vicente xavier
    """.split()
)
IBERIAN_SURNAMES = frozenset(
    """
    alvarez castro chavez cruz diaz fernandez flores garcia gomez gonzalez gutierrez hernandez jimenez lopez
    martinez mendez mendoza molina morales moreno munoz navarro nunez ortega ortiz pena perez ramirez ramos reyes
    rivera rodriguez romero ruiz salazar sanchez santos soto suarez torres vargas vasquez vazquez velasquez
    """.split()
)
