"""The names of news agencies, papers, broadcasters and platforms, and which of them mean the same one; pure data.

Whatever is not listed here is still known by the noun that its name ends with, or by what a text calls it (``media``).
"""

from __future__ import annotations

import re
from functools import lru_cache

_ACRONYMS = {
    "AAP": "Australian Associated Press",
    "AFP": "Agence France-Presse",
    "ANSA": "Agenzia Nazionale Stampa Associata",
    "ANI": "Asian News International",
    "AP": "Associated Press",
    "APA": "Austria Press Agency",
    "BTA": "Bulgarian Telegraph Agency",
    "CNA": "Central News Agency",
    "CNS": "China News Service",
    "CP": "Canadian Press",
    "DPA": "Deutsche Presse-Agentur",
    "FNA": "Fars News Agency",
    "IANS": "Indo-Asian News Service",
    "INA": "Iraqi News Agency",
    "IRNA": "Islamic Republic News Agency",
    "ISNA": "Iranian Students' News Agency",
    "KCNA": "Korean Central News Agency",
    "KUNA": "Kuwait News Agency",
    "MENA": "Middle East News Agency",
    "MTI": "Magyar Távirati Iroda",
    "NAN": "News Agency of Nigeria",
    "NNA": "National News Agency",
    "PA": "Press Association",
    "PAP": "Polish Press Agency",
    "PTI": "Press Trust of India",
    "QNA": "Qatar News Agency",
    "SANA": "Syrian Arab News Agency",
    "SPA": "Saudi Press Agency",
    "UNI": "United News of India",
    "UPI": "United Press International",
    "VNA": "Vietnam News Agency",
    "WAFA": "Palestine News and Information Agency",
    "WAM": "Emirates News Agency",
}
_AGENCIES = """
Agence France-Presse|Agencia EFE|AKIpress|Anadolu Agency|Anadolu|ANSA|Antara|Associated Press|
Australian Associated Press|Azertac|Belga|BelTA|Bernama|Bloomberg News|Bloomberg|Canadian Press|dpa|
Deutsche Presse-Agentur|EFE|Fars|Interfax-Ukraine|Interfax|ITAR-TASS|Itar-Tass|Jiji Press|Jiji|Kazinform|
Korean Central News Agency|Kyodo News|Kyodo|Lusa|Mehr|Montsame|News1|Newsis|Novinite|Press Association|
Press Trust of India|Prensa Latina|Reuters|RIA Novosti|RIA|Ritzau|Rossiya Segodnya|Sputnik|STT|Tanjug|Tasnim|
TASS|Tass|Thomson Reuters|TT News Agency|Ukrinform|Unian|UNIAN|Xinhua|Yonhap
"""
_MEDIA = """
ABC News|ABC|Al Arabiya|Al Jazeera|Al-Arabiya|Al-Jazeera|Al Manar|Al-Manar|Al Mayadeen|Al-Mayadeen|ARD|ZDF|BBC|
BFM TV|BFMTV|Bloomberg Television|CBC|CBN|CBS News|CBS|CCTV|CGTN|Channel 4 News|Channel 4|Channel 12|Channel 13|
Channel One|CNBC|CNN|CNN Türk|C-SPAN|Deutsche Welle|DW|ESPN|Euronews|Fox Business|Fox News|Fox News Channel|
France 24|France Info|France Inter|GMA|Globo|ITV News|ITV|i24 News|KBS|KCTV|LCI|MBC|MSNBC|NBC News|NBC|Newsmax|
Newsmax TV|Newsnation|NewsNation|NHK|NPR|NTV|National Public Radio|ORF|PBS|PBS NewsHour|Press TV|Rai|RAI|RBC|
Radio Free Asia|Radio Free Europe|RFE/RL|RFI|RNZ|Rossiya 1|RT|RTE|RTÉ|RTL|SBS|SABC|Sky News|Sky News Australia|
SVT|Telemundo|Telesur|TF1|TRT|TVBS|TVE|Univision|Vatican News|Vatican Radio|VICE News|Vice News|VOA|
Voice of America|VTV|WION|YTN|20 Minuten|Aftenposten|Aftonbladet|Al-Ahram|Al Ahram|Al-Monitor|
Allgemeine Zeitung|Asahi Shimbun|Axios|Barron's|Bild|Blick|Boston Globe|Breitbart|Breitbart News|
Business Insider|BuzzFeed|BuzzFeed News|Caixin|Chosun Ilbo|Christian Science Monitor|Corriere della Sera|
Daily Beast|Daily Caller|Daily Mail|Daily Mirror|Daily NK|Daily Telegraph|Dagens Nyheter|Dawn|De Standaard|
De Telegraaf|Der Spiegel|Der Standard|Die Welt|Die Zeit|Dong-A Ilbo|El Mundo|El País|El Pais|El Universal|
Expressen|Financial Times|Folha de S.Paulo|Forbes|Foreign Affairs|Foreign Policy|Frankfurter Allgemeine Zeitung|
Global Times|Globe and Mail|Guancha|Haaretz|Handelsblatt|Helsingin Sanomat|Hindustan Times|Hollywood Reporter|
Huffington Post|HuffPost|Izvestia|Jerusalem Post|JoongAng Ilbo|Jyllands-Posten|Kommersant|Kyiv Independent|
Kyiv Post|L'Équipe|La Repubblica|La Stampa|La Vanguardia|Le Figaro|Le Monde|Le Parisien|Le Soir|Le Temps|
Libération|Los Angeles Times|L.A. Times|LA Times|Mainichi Shimbun|Meduza|Mother Jones|National Enquirer|
National Review|Neue Zürcher Zeitung|New York Daily News|New York Magazine|New York Post|New York Times|
New Yorker|Newsday|Newsweek|Nikkei|Nikkei Asia|Novaya Gazeta|NRC|O Globo|People's Daily|Politico|POLITICO|
Pravda|ProPublica|Rodong Sinmun|Rolling Stone|Rossiyskaya Gazeta|Sankei Shimbun|Seattle Times|
South China Morning Post|Sports Illustrated|Straits Times|Süddeutsche Zeitung|Svenska Dagbladet|Tages-Anzeiger|
TechCrunch|Times of India|Times of Israel|TMZ|Ukrainska Pravda|US Weekly|USA TODAY|USA Today|Vanity Fair|
Vedomosti|Vox|Wall Street Journal|Washington Examiner|Washington Post|Washington Times|Weekly Standard|
Yedioth Ahronoth|Yahoo News|Yahoo|Ynet|Ynetnews|Yomiuri Shimbun|Face the Nation|Fox & Friends|
Good Morning America|Meet the Press|Morning Joe|60 Minutes|State of the Union
"""
WORDS = frozenset(
    """
    People Time TIME Fortune Nature Science Variety Salon Slate Wired WIRED Vogue Elle Esquire GQ Insider Playboy Stern
    """.split()
)
"""Names that are words: believed where somebody told them something, or where "magazine" follows."""
BEHIND_THE = frozenset(
    """
    Age Athletic Atlantic Australian Economist Express Guardian Hill Hindu Independent Intercept Journal Mail Mirror
    Nation National Observer Post Standard Star Sun Telegraph Times Verge Week
    """.split()
)
"""Names that are words unless "the" stands before them."""
SURNAMES = frozenset(("Bloomberg", "Forbes", "Dawn", "Stern"))
"""Names that people bear as well."""
PLATFORMS = (
    "Twitter|Facebook|Instagram|Telegram|Truth Social|Weibo|YouTube|TikTok|Snapchat|LinkedIn|Reddit|Bluesky|Mastodon"
    "|VKontakte|WeChat"
)
PRESS = frozenset(
    """
    News Times Post Herald Tribune Gazette Chronicle Journal Telegraph Newswire Examiner Inquirer Courier Sentinel
    Bulletin Ledger Observer Radio TV Television Magazine Dispatch Times-Dispatch Post-Gazette Broadcasting Zeitung
    Newspaper Shimbun Ilbo Gazeta Post-Dispatch News-Press Wire Newsagency
    """.split()
)
"""Nouns that end the name of a medium wherever they follow another name."""
AGENCY_NOUNS = ("News Agency", "Press Agency", "Telegraph Agency", "Press Association", "News Service", "Wire Service")
PAPER = frozenset(
    """
    Advertiser Argus Bee Beacon Call Daily Echo Enquirer Express Globe Guardian Independent Mail Mercury Mirror Monitor
    News-Sentinel Press Record Register Reporter Review Standard Star Sun Today Weekly Business Recorder Messenger
    """.split()
)
"""Nouns that other things are called by as well: believed behind "the", as newspapers are cited."""

OPENING_NOUNS = frozenset("Agence Agencia Canal Channel Radio Télé TV".split())
"""Nouns that begin the name of a medium."""
NEVER_ALONE = frozenset(
    """
    Broadcasting Business Call Daily Magazine Newspaper Newswire News Press Radio Record Register Reporter Review
    Television Today TV Weekly Wire
    """.split()
)
"""Nouns that are no name by themselves, whatever stands before them."""
NOUN = re.compile(
    r" (?:news ?wire|news agency|press agency|telegraph agency|news service|news|press|agency|newspaper|tv|television"
    r"|magazine)$",
    re.IGNORECASE,
)
"""The noun that a text may leave out when it goes on to call one by its name."""


def _split(names: str) -> list[str]:
    return names.replace("\n", "").split("|")


AGENCIES = frozenset(name.lower() for name in (*_split(_AGENCIES), *_ACRONYMS, *_ACRONYMS.values()))
KNOWN = (*_split(_MEDIA), *_split(_AGENCIES), *_ACRONYMS, *_ACRONYMS.values())
_STRAIGHT = str.maketrans("‘’", "''")
_FULL = {letters.lower(): full.translate(_STRAIGHT).lower() for letters, full in _ACRONYMS.items()}
_LETTERS = {full: letters for letters, full in _FULL.items()}


@lru_cache(4096)
def core(name: str) -> frozenset[str]:
    """The forms of a name that mean nothing else: in full, as acronym, as known."""
    plain = re.sub(r"^the ", "", name.translate(_STRAIGHT).lower())
    full, _, letters = plain.partition(" (")
    letters = letters.rstrip(")")
    found = {full, letters, _FULL.get(letters or full, ""), _LETTERS.get(full, "")}
    return frozenset(found - {""})


@lru_cache(4096)
def forms(name: str) -> frozenset[str]:
    """All forms in which a text may go on to call it: initials, the name without its noun, the noun alone."""
    full = re.sub(r" \(.*\)$", "", re.sub(r"^the ", "", name.translate(_STRAIGHT).lower()))
    short = NOUN.sub("", full)
    words = full.split()
    last = {words[-1]} if len(words) > 1 and words[-1].title() in PRESS | PAPER | BEHIND_THE else set()
    return core(name) | {short} | last | initials(name)


@lru_cache(4096)
def initials(name: str) -> frozenset[str]:
    """The acronym that the name's capitals make, where there are three or more."""
    letters = "".join(
        word[0] for word in re.findall(r"\w+", re.sub(r" \(.*\)$|^[Tt]he ", "", name)) if word[0].isupper()
    )
    return frozenset({letters.lower()} if len(letters) >= 3 else ())


def same(one: str, other: str) -> bool:
    """Whether two names mean the same medium."""
    return bool(core(one) & forms(other) or core(other) & forms(one))
