"""Nations, places and days: words with capitals that are nobody's name, and tell where somebody is from; pure."""

from __future__ import annotations

import re

NATIONS = frozenset(
    """
    afghan african albanian algerian american angolan arab argentine argentinian armenian asian australian
    austrian azerbaijani bahraini bangladeshi belarusian belgian bolivian bosnian brazilian british bulgarian
    burmese cambodian cameroonian canadian catholic chilean chinese christian colombian communist congolese
    conservative croatian cuban cypriot czech danish democrat democratic dutch eastern ecuadorian egyptian emirati
    english eritrean estonian ethiopian european filipino finnish french georgian german ghanaian greek green
    haitian hispanic honduran hungarian icelandic independent indian indonesian iranian iraqi irish islamic
    israeli italian ivorian jamaican japanese jewish jordanian kazakh kenyan korean kosovar kuwaiti kyrgyz labour
    latin latino latvian lebanese liberal liberian libertarian libyan lithuanian macedonian malaysian mexican
    moldovan mongolian moroccan mozambican muslim namibian nepalese nepali nicaraguan nigerian north northern
    norwegian omani pakistani palestinian panamanian peruvian polish portuguese protestant qatari republican
    romanian russian rwandan saudi scottish senegalese serbian singaporean slovak slovenian socialist somali south
    southern soviet spanish sudanese swedish swiss syrian taiwanese tajik tanzanian thai tibetan tory tunisian
    turkish turkmen ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh western yemeni zambian
    zimbabwean
    """.split()
)
PLACES = frozenset(
    """
    afghanistan africa alabama alaska albania albany algeria america amsterdam angola ankara argentina arizona
    arkansas armenia asia athens atlanta austin australia austria azerbaijan baghdad bahrain baltimore bangkok
    bangladesh barcelona beijing beirut belarus belgium belgrade berlin bolivia bosnia boston boulder brazil
    brexit brussels bucharest budapest bulgaria burma cairo california cambodia cameroon canada caracas carolina
    charleston charlotte chicago chile china cincinnati cleveland colombia colorado columbus congo connecticut
    copenhagen crimea croatia cuba cyprus dakota dallas damascus delaware delhi denver detroit dhaka doha dpr dprk
    dubai dublin ecuador edinburgh egypt england eritrea estonia ethiopia europe ferguson finland florida france
    gaza geneva georgia germany ghana glasgow greece guam guatemala guinea hague haiti hamburg hampshire hanoi
    havana hawaii helsinki hiroshima honduras houston hungary iceland idaho illinois india indiana indianapolis
    indonesia iowa iran iraq ireland islamabad israel istanbul italy jakarta jamaica japan jersey jerusalem
    johannesburg jordan kabul kansas kashmir kazakhstan kentucky kenya kiev korea kosovo kuwait kyiv kyrgyzstan
    latvia lebanon liberia libya lisbon lithuania liverpool london louisiana luxembourg macedonia madrid maine
    malaysia mali malta manchester manhattan manila maryland massachusetts melbourne mexico miami michigan milan
    milwaukee minneapolis minnesota mississippi missouri moldova mongolia montana montenegro moscow mozambique
    mumbai munich myanmar nairobi namibia nashville nebraska nepal netherlands nevada niger nigeria norway oakland
    ohio oklahoma oman ontario oregon orlando oslo ottawa pakistan palestine panama paraguay paris pennsylvania
    peru philadelphia philippines phoenix pittsburgh poland portland portugal prague pyongyang qatar quebec
    rangoon richmond riyadh romania rome russia rwanda sacramento scotland seattle senegal seoul serbia shanghai
    singapore slovakia slovenia somalia spain stockholm sudan sweden switzerland sydney syria taipei taiwan
    tallahassee tampa tanzania tehran tennessee texas thailand tibet tokyo toronto trenton tulsa tunisia turkey
    u.k u.n u.s uae uganda uk ukraine un uruguay us usa utah uzbekistan venezuela vermont vienna vietnam virginia
    wales warsaw washington wisconsin wyoming yemen york zimbabwe zurich
    """.split()
)
STATES = {
    "ala": "alabama", "ariz": "arizona", "ark": "arkansas", "calif": "california", "colo": "colorado",
    "conn": "connecticut", "del": "delaware", "fla": "florida", "ga": "georgia", "ill": "illinois",
    "ind": "indiana", "kan": "kansas", "ky": "kentucky", "la": "louisiana", "md": "maryland",
    "mass": "massachusetts", "mich": "michigan", "minn": "minnesota", "miss": "mississippi", "mo": "missouri",
    "mont": "montana", "neb": "nebraska", "nev": "nevada", "nh": "new hampshire", "nj": "new jersey",
    "nm": "new mexico", "ny": "new york", "nc": "north carolina", "nd": "north dakota", "okla": "oklahoma",
    "ore": "oregon", "pa": "pennsylvania", "ri": "rhode island", "sc": "south carolina", "sd": "south dakota",
    "tenn": "tennessee", "tex": "texas", "vt": "vermont", "va": "virginia", "wash": "washington",
    "wv": "west virginia", "wis": "wisconsin", "wyo": "wyoming",
}  # fmt: skip
"""The states of the United States as the press shortens them after a lawmaker's name."""
LANDMARKS = frozenset(
    """
    airport avenue bay beach boulevard bridge city county creek heights hill hills island islands lake mountain
    mountains park peninsula plaza river road sea square stadium strait street tower valley
    """.split()
)
"""What the name of a place ends with."""

TIMES = frozenset(
    """
    apr april aug august christmas dec december easter feb february friday jan january jul july jun june mar march
    may monday nov november oct october saturday sep sept september sunday thursday tuesday wednesday
    """.split()
)


def is_country(text: str, name: str) -> bool:
    """Whether a text shows that a name without evidence for a person is a country or a place.

    It has an adjective there ("Elvia", "Elvian"), or a government, islands or a coastguard.
    """
    if " " in name or not name[0].isupper():
        return False
    stem = re.escape(name)
    adjective = rf"\b{stem}n\b" if name.endswith("a") else rf"\b{stem}(?:ese|ian)\b"
    return re.search(rf"{adjective}|\b[Tt]he {stem} (?:[\w’'-]+ ){{0,2}}?(?:{_STATE})\b", text) is not None


_STATE = (
    "government|ministry|parliament|embassy|consulate|authorities|islands?|archipelago|coast|coastguard|navy|police|capital"
    "|peninsula|[Gg]overnment|Islands?|Archipelago|Republic|Strait"
)
