"""Words that stand before a name, or make a name that of a body, a document or nobody in particular."""

from __future__ import annotations

ROLE_WORDS = frozenset(
    """
    activist actor actress adm admiral advisor adviser advocate aide ambassador analyst archbishop artist
    assemblyman assemblywoman attorney author ayatollah baroness bishop boss brig brigadier candidate capt captain
    cardinal ceo chair chairman chairperson chairwoman chancellor chief cleric coach col colonel columnist commander
    commissioner comptroller congressman congresswoman consul contender coordinator coroner correspondent councillor
    councilman councilwoman counsel counselor cpl crown defendant delegate deputy detective dictator diplomat
    director doctor dr economist editor emeritus emir emperor envoy executive expert fr frontrunner gen general gov
    governor hon host imam incumbent inspector intern investigator journalist judge justice king lady lawmaker
    lawyer leader lecturer lieutenant lord lt madam madame magistrate maj manager master mayor minister miss mp mr
    mrs ms mullah negotiator nominee officer official operative organizer owner partner pastor patriarch physician
    policeman pollster pope premier president president-elect presidential priest prime prince princess principal
    prof professor prosecutor psychologist queen rabbi rapporteur registrar rep reporter representative researcher
    rev reverend scholar scientist sec secretary secretary-general sen senator sergeant sgt sheik sheikh sheriff sir
    solicitor speaker spokesman spokesperson spokeswoman staffer strategist sultan superintendent supporter surgeon
    surrogate teacher treasurer tsar tycoon veteran vice vice-president witness writer
    """.split()
)
"""Titles, offices and trades; the last of them ends what stands before a name."""

ALSO_GIVEN = frozenset("baron dean duke earl major marshall rex".split())
"""Titles that are given names as well, and titles only before a name in full."""

REGNAL = frozenset("king queen pope prince princess emperor emir sultan patriarch".split())
COURTESY = frozenset("mr mrs ms miss madam madame sir lady lord dr".split())
OFFICES = frozenset(
    """
    state foreign affairs defense defence the interior treasury justice health finance labor labour education
    commerce energy transportation homeland security agriculture staff house for and trade national joint chiefs
    home environment
    """.split()
)
"""What a minister, secretary or chairman can be one of."""

SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr"} | {
    numeral: numeral for numeral in "ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi".split()
}
DEGREES = frozenset("phd md mba kc qc mp obe cbe mbe dds jd llm ma msc esq ret mep msp".split())
PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le lo ten ter af av zu zur bin ibn ben abu dello do st".split()
)
ARTICLES = frozenset("al el ad as ash an ar at az".split())
"""The Arabic article before a surname, as it sounds before each letter."""

BODY_WORDS = frozenset(
    """
    academy administration agency airlines alliance archdiocese army assembly association authority bank board body
    brigade broadcaster broadcasting bureau cabinet campaign center centre chamber chapter church city club
    coalition college command commission committee community company confederation conference congress consortium
    corp corporation council court daily delegation department diocese directorate embassy enterprise federation
    fire firm force forces forum foundation fund gazette government group guard guild headquarters herald hospital
    house inc industries institute institution journal kremlin laboratory league legislature llc ltd magazine mail
    media mission ministry monitor movement museum network news newspaper observatory office organisation
    organization parliament party plc police post presidency press prison programme program project radio reserve
    school secretariat senate service society station store studio summit system syndicate team telegraph television
    times treasury tribunal trust tv union university watch workers
    """.split()
)
FLIPPED = frozenset(
    "ministry department embassy government parliament army presidency delegation consulate secretariat".split()
)
"""Bodies that are called as well by "X of Y" as by "Y X"."""

FIRM = frozenset("inc corp ltd plc llc co gmbh ag nv sa limited incorporated".split())
NOBODY = frozenset(
    """
    advocates aides allies analysts authorities backers colleagues critics democrats diplomats experts families
    friends investigators journalists lawmakers lawyers leaders locals ministers neighbors neighbours observers
    officers officials opponents others people prosecutors protesters relatives reporters republicans
    representatives researchers residents scientists sides source sources spokesman spokesmen spokesperson
    spokeswoman staffers students supporters victims voters witnesses
    """.split()
)
"""People whom no article names, even where a sentence begins with them."""

DOCUMENTS = frozenset(
    """
    affidavit announcement bill brief bulletin charter communique complaint constitution contract decision
    declaration decree directive document dossier draft editorial email e-mail filing guidelines indictment lawsuit
    letter manifesto memo memorandum memoir message minutes note notice opinion order paper petition plan
    press-release proclamation proposal release report resolution ruling speech statement study subpoena summary
    survey testimony text transcript treaty tweet verdict warrant
    """.split()
)
"""What can be said to say something; one article's is never another's."""
