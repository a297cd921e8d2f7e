"""Nouns for speakers that are no single person: bodies, media, documents, groups, sources without a name; pure."""

from __future__ import annotations

BODIES = frozenset(
    """
    academy administration administrations agency airline airlines airport airways alliance army assembly
    associates association authority automaker bank battalion board boards brewer brigade brigades broadcaster
    brotherhood builder bureau business cabinet campaign campaigns carrier center centre chamber chancellery
    chancery chapter charity church city club co coalition coastguard college commission committee committees
    community companies company confederate confederation conference congress consortium consulate corp
    corporation corps council county court courts defence defense delegation department dept developer developers
    directorate district division duma embassy enterprise establishment exchange executive faculty federation firm
    force forces foundation front fund gang giant government governments group groups guard guild headquarters
    high-command hospital house inc incorporated industries industry initiative institute institution insurer
    international junta kremlin laboratories laboratory leadership league legislature lender llc llp ltd maker
    manufacturer military militia ministry mission monarchy monitor mosque movement municipality museum nation
    nations navy network news office operator opposition orchestra organisation organization owner pac palace
    panel parliament partners partnership party patrol pentagon police post presidency press project prosecution
    prosecutors province publisher regime regulator republic retailer school schools secretariat section senate
    service services side society squad staff startup state states store studio subcommittee super-pac synod
    systems taliban task-force team technologies think-tank times town trade transition treasury tribunal troupe
    trust union universities university utility vatican village watch watchdog wing
    """.split()
)
"""Nouns that head the name or the description of a body."""
TRADERS = frozenset("brewer builder carrier developer insurer lender maker operator owner publisher retailer".split())
"""Nouns that tell what a firm does as well as what a person does."""
NAMED_BODIES = BODIES - frozenset(
    """
    business carrier city developer builder executive front house maker monitor office operator owner post publisher
    section side staff state states trade watch
    """.split()
) | frozenset("caucus holdings lines logistics motors railways shipyards terminals textiles".split())
"""Those that make a run of capitalised words the name of a body."""
MEDIA = frozenset(
    """
    agency anchor blog blogs broadcaster bulletin cable channel chronicle courier daily dispatch gazette globe guardian
    herald inquirer journal ledger magazine media mercury mirror network news newspaper newspapers newswire
    observer outlet outlets paper podcast post programme radio register review sentinel site standard star station
    sun tabloid telegraph television times tribune tv website weekly wire
    """.split()
)
"""Nouns that head the name or the description of a medium."""
MEDIA_NOUNS = MEDIA - frozenset(
    """
    agency anchor blog bulletin cable channel chronicle courier daily dispatch gazette globe guardian herald inquirer
    ledger media mercury mirror network observer post register review sentinel site standard star station sun
    telegraph times tribune wire
    """.split()
) | frozenset(["media"])
"""Those that say so of a speaker without a name."""
KNOWN_MEDIA = frozenset(
    """
    abc afp al-jazeera ani ansa ap associated-press axios bbc bloomberg breitbart buzzfeed c-span cbs cnbc cnn dpa
    efe facebook fox huffington-post huffpost ians instagram itar-tass kcna kyodo le-monde mcclatchy msnbc nbc
    newsmax newsweek npr pbs politico politifact pti reuters rt slate sputnik tass theblaze time twitter univision
    upi usa-today vox western-journalism wikileaks xinhua yonhap youtube
    """.split()
)
DOCUMENTS = frozenset(
    """
    ad ads affidavit agreement analyses analysis announcement announcements article articles assessment audit bill
    biography blog book briefing broadcast brochure budget bulletin bylaws caller-id caption census chapter
    charter circular clip column comment commercial communique communiqué complaint constitution contract copy
    data data-set database declaration decree deposition dictionary disclosure dispatch document documents dossier
    draft e-mail e-mails editorial email emails essay evidence excerpt filing filings finding findings flyer
    footage forecast guidance guide guideline guidelines headline headlines index indictment injunction interview
    invitation invoice item journal judgement judgment law lawsuit leaflet letter letters list log mailer
    manifesto manual map measure memo memoir memorandum message messages minutes model motion narrative newsletter
    notation note notes notice numbers opinion order pamphlet paper papers passage permit petition photo
    photograph pictures piece plan plank platform poll polling polls post poster preamble proclamation profile
    projection projections proposal protocol publication questionnaire reading readout record recording records
    regulation release report reporting reports research resolution results review rule rules ruling schedule
    script settlement sheet sign slogan speech spot statement statement-text statements statistics statute stories
    story studies study subpoena summary survey surveys tape telegram testimony text texts theory tract transcript
    transcripts treaty tweet tweets verdict version video videos warrant will writ writings
    """.split()
)
GROUPS = frozenset(
    """
    activists advisers advisors aides all allies americans analysts attorneys audience authorities backers both
    candidates children citizens colleagues companies conservatives counterparts critics crowd delegates democrats
    diplomats doctors donors dozens economists electorate employees everybody everyone executives experts family
    few friends half hundreds insiders investigators journalists judges lawmakers lawyers leaders liberals lot
    majority many members men millions ministers minority moderators most nobody none number observers officials
    operatives opponents organizers others parents people percent persons police politicians pollsters presidents
    prosecutors protesters public pundits quarter readers reporters republicans researchers residents rivals
    russians scholars scientists senators several sides some sources spokesmen staffers strategists students
    supporters surrogates teachers they third those thousands users veterans viewers voters women workers
    """.split()
)
UNNAMED = frozenset(
    """
    another anybody anyone bystander caller eyewitness individual insider official one onlooker other passer-by
    person somebody someone source user whistleblower
    """.split()
)
"""Singular nouns for somebody who is not to be named."""
