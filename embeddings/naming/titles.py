"""What a person is called beside a name: forms of address, offices, trades, and which of them mean the same; pure."""

from __future__ import annotations

HONORIFICS = {
    **dict.fromkeys("mr sir lord herr monsieur señor senor don master".split(), "m"),
    **dict.fromkeys("mrs ms miss dame lady madam mme mlle frau madame señora senora doña".split(), "f"),
    **dict.fromkeys("dr prof rev hon fr mx messrs".split()),
}
"""Forms of address, with the gender that they tell."""
SHORT_TITLES = {
    "sen": "senator", "sens": "senator", "rep": "representative", "reps": "representative", "gov": "governor",
    "govs": "governor", "lt": "lieutenant", "gen": "general", "col": "colonel", "sgt": "sergeant",
    "capt": "captain", "cmdr": "commander", "cdr": "commander", "adm": "admiral", "maj": "major",
    "brig": "brigadier", "cpl": "corporal", "pvt": "private", "pres": "president", "prof": "professor",
    "rev": "reverend", "atty": "attorney", "supt": "superintendent", "insp": "inspector", "det": "detective",
    "dr": "doctor", "amb": "ambassador", "del": "delegate", "dist": "district", "asst": "assistant",
    "sec": "secretary", "msgr": "monsignor", "spc": "specialist", "st": "saint", "hon": "honourable",
    "fr": "father",
}  # fmt: skip
ABBREVIATED = frozenset(SHORT_TITLES) | frozenset("mr mrs ms messrs mme mlle jr sr ft mt".split())
OFFICES = frozenset(
    """
    admiral adviser advisor ag aide alderman ambassador archbishop assemblyman assemblywoman assistant attorney
    ayatollah baron bishop brigadier candidate captain cardinal ceo cfo chair chairman chairperson chairwoman
    chancellor chief cleric coach colonel commandant commander commissioner comptroller congressman congresswoman
    consul coordinator coroner corporal councillor councilman councilor councilwoman counsel counselor counterpart
    countess czar dean delegate democrat deputy detective dictator diplomat director duchess duke emir emperor
    empress envoy executive father foreman frontman general governor head hopeful imam independent inspector
    interim judge justice king lawmaker leader legislator lieutenant magistrate major manager marshal mayor
    minister monsignor nominee officer official ombudsman organiser organizer parliamentarian pastor patriarch
    pilot pm politician pope prefect premier president presidents prince princess principal private professor
    prosecutor provost queen rabbi registrar representative republican reverend secretary senator sergeant shah
    sheikh sheriff speaker specialist spokesman spokesperson spokeswoman staffer strategist sultan superintendent
    surgeon treasurer trooper trustee undersecretary viceroy vp warden whip
    """.split()
)
"""Nouns that stand before a name as its title."""
TRADES = frozenset(
    """
    academic accountant activist actor actress agent alumnus analyst anchor anchorman animator announcer
    anthropologist archaeologist architect artist astronaut astronomer athlete author backer baker banker
    barrister beneficiary billionaire biographer biologist blogger bookseller booster boss boxer boy boyfriend
    broadcaster broker brother builder businessman businesswoman campaigner carpenter cartoonist celebrity
    champion chef chemist choreographer citizen classmate clerk climatologist co-author co-chair co-chairman
    co-founder co-host cofounder colleague collector columnist comedian comic commentator commenter companion
    composer comrade confidant conservative consultant contestant contractor contributor cook correspondent
    costumer cousin creator critic curator cyclist dancer daughter dealer defector defendant demographer dentist
    designer developer director disciple dissident docker doctor donor driver economist editor educator
    electrician employee employer engineer enthusiast entrepreneur epidemiologist evangelist executive expert
    farmer father-in-law fellow figure filmmaker financier firefighter fisherman founder friend front-runner
    frontrunner fundraiser geologist girl girlfriend goalkeeper golfer grandfather grandmother grandson guard
    guest guitarist guy hacker hairdresser hand heir hiker historian homemaker host hostess housekeeper hunter
    husband immigrant incumbent inmate insider instructor intern interpreter interviewer inventor investigator
    investor jockey journalist judge jurist juror lady landlord lawyer lecturer liberal librarian lobbyist
    lyricist magnate maker man manufacturer mechanic mentor merchant midfielder midwife millionaire miner
    moderator mogul mother motorist musician narrator native neighbor neighbour nephew neurosurgeon newcomer
    newsman niece novelist nurse observer operative operator opponent orator organizer owner painter panelist
    parent partner passenger pathologist patient patron pediatrician performer pharmacist philanthropist
    philosopher photographer physician physicist pianist pioneer player playwright plumber poet policeman
    policewoman politico pollster porter practitioner preacher predecessor presenter priest prisoner producer
    programmer promoter proponent protester psychiatrist psychologist publicist publisher pundit pupil quarterback
    ranger rapper reader realtor receptionist recruiter referee reformer refugee reporter researcher resident
    restaurateur retiree rival ruler runner runner-up sailor salesman saleswoman scholar scientist screenwriter
    sculptor seller senior servant sister skipper sociologist soldier solicitor son songwriter sophomore star
    statesman statistician stepson strongman student stylist successor suffragist supervisor supporter surfer
    surrogate survivor suspect swimmer teacher teammate technician technologist teenager tenant theologian
    therapist trader trainer translator traveler traveller trawlerman treasurer tutor tycoon uncle undergraduate
    underwriter union vendor veteran veterinarian victim video-maker viewer villager violinist visitor volunteer
    voter waiter waitress warrior watchdog whistle-blower whistleblower widow widower wife winner witness woman
    worker wrestler writer youth zoologist
    """.split()
)
ROLES = OFFICES | TRADES
GENDERED = {
    **dict.fromkeys(
        """
        actor anchorman boy boyfriend brother businessman chairman congressman councilman duke emperor father fisherman
        grandfather grandson guy husband king man nephew policeman pope prince salesman son spokesman statesman
        strongman sultan uncle widower alderman assemblyman frontman skipper patriarch archbishop cardinal imam sheikh
        """.split(),
        "m",
    ),
    **dict.fromkeys(
        """
        actress assemblywoman businesswoman chairwoman congresswoman councilwoman countess daughter duchess empress girl
        girlfriend grandmother hostess lady mother niece policewoman princess queen saleswoman sister spokeswoman
        waitress widow wife woman
        """.split(),
        "f",
    ),
}
"""Role nouns that tell a gender."""
SORTS = {
    "lawmaker": "senator representative congressman congresswoman legislator delegate councilman parliamentarian mp",
    "congressman": "representative",
    "congresswoman": "representative",
    "politician": "senator representative governor congressman congresswoman mayor candidate president minister",
    "diplomat": "ambassador envoy consul foreign-minister secretary-of-state",
    "official": "secretary minister commissioner director adviser aide spokesman spokeswoman officer",
    "candidate": "nominee hopeful contender",
    "nominee": "candidate",
    "contender": "candidate nominee hopeful",
    "hopeful": "candidate contender",
    "front-runner": "candidate nominee",
    "frontrunner": "candidate nominee",
    "businessman": "mogul billionaire developer tycoon entrepreneur magnate executive",
    "billionaire": "mogul businessman tycoon magnate investor",
    "mogul": "billionaire businessman developer tycoon magnate",
    "tycoon": "billionaire businessman mogul magnate",
    "leader": "president premier chairman ruler dictator head chief secretary-general general-secretary minister",
    "premier": "prime-minister",
    "chief": "director head commissioner chairman president",
    "head": "director chief chairman president leader",
    "boss": "director chief head chairman president manager",
    "officer": "sergeant lieutenant captain detective commander colonel general major policeman",
    "cleric": "bishop archbishop cardinal pope imam rabbi priest pastor ayatollah sheikh",
    "priest": "reverend pastor father bishop",
    "pontiff": "pope",
    "executive": "ceo chairman president director founder",
    "ceo": "executive",
    "advisor": "adviser",
    "adviser": "advisor strategist consultant aide",
    "aide": "adviser advisor strategist spokesman spokeswoman manager",
    "strategist": "adviser advisor consultant operative",
    "lawyer": "attorney counsel barrister solicitor",
    "attorney": "lawyer counsel",
    "academic": "professor scholar lecturer researcher historian",
    "scholar": "professor academic fellow researcher historian",
    "professor": "lecturer",
    "physician": "doctor",
    "doctor": "physician surgeon neurosurgeon pediatrician",
    "surgeon": "neurosurgeon doctor",
    "researcher": "scientist professor fellow economist author",
    "scientist": "researcher physicist biologist chemist professor",
    "economist": "professor",
    "journalist": "reporter correspondent columnist editor anchor writer",
    "reporter": "journalist correspondent",
    "author": "writer novelist",
    "writer": "author columnist novelist",
    "host": "anchor presenter moderator",
    "moderator": "host anchor",
    "spokesperson": "spokesman spokeswoman",
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "prosecutor": "attorney",
    "judge": "justice magistrate",
    "jurist": "judge justice",
    "chair": "chairman chairwoman",
    "envoy": "ambassador",
    "republican": "senator representative congressman congresswoman governor",
    "democrat": "senator representative congressman congresswoman governor democratic",
    "commander": "general colonel admiral",
    "colleague": "",
}
_SORTS = {noun: frozenset(kinds.split()) for noun, kinds in SORTS.items()}
PARTIES = {"r": "republican", "d": "democrat", "i": "independent"}


def is_role(noun: str) -> bool:
    """Whether a noun tells what a person is, by the lists or by its ending."""
    word = noun.lower()
    return word in ROLES or SHORT_TITLES.get(word.rstrip("."), "") in ROLES or word.rpartition("-")[2] in ROLES


def role_fits(noun: str, roles: frozenset[str]) -> float:
    """How well a noun names somebody of these role words: 1 the same word, 0.7 a sort of it, 0 not at all."""
    if noun in roles:
        return 1.0
    return 0.7 if _SORTS.get(noun, frozenset()) & roles else 0.0
