"""One name for each country, as adjective or in full: "Russian", "Russia's", "of the Russian Federation"; pure."""

from __future__ import annotations

from embeddings.naming.places import PLACES

_COUNTRIES = """
afghanistan afghan|albania albanian|algeria algerian|angola angolan|argentina argentine argentinian|armenia armenian
australia australian|austria austrian|azerbaijan azerbaijani azeri|bahrain bahraini|bangladesh bangladeshi
belarus belarusian belarussian|belgium belgian|bolivia bolivian|bosnia bosnian|botswana|brazil brazilian
britain british uk united_kingdom great_britain|bulgaria bulgarian|cambodia cambodian|cameroon cameroonian
canada canadian|chad chadian|chile chilean|china chinese peoples_republic_of_china prc|colombia colombian
congo congolese|costa_rica costa_rican|croatia croatian|cuba cuban|cyprus cypriot|czech_republic czech czechia
denmark danish|dominican_republic dominican|ecuador ecuadorian ecuadorean|egypt egyptian|el_salvador salvadoran
england english|eritrea eritrean|estonia estonian|ethiopia ethiopian|fiji fijian|finland finnish
france french french_republic|gabon gabonese|gambia gambian|georgia georgian|germany german federal_republic_of_germany
ghana ghanaian|greece greek hellenic|guatemala guatemalan|guinea guinean|haiti haitian|honduras honduran
hungary hungarian|iceland icelandic|india indian|indonesia indonesian|iran iranian islamic_republic_of_iran
iraq iraqi|ireland irish|israel israeli|italy italian|ivory_coast ivorian cote_divoire|jamaica jamaican
japan japanese|jordan jordanian|kazakhstan kazakh|kenya kenyan|kosovo kosovar|kuwait kuwaiti|kyrgyzstan kyrgyz
laos lao laotian|latvia latvian|lebanon lebanese|liberia liberian|libya libyan|lithuania lithuanian
luxembourg|malawi malawian|malaysia malaysian|mali malian|malta maltese|mauritania mauritanian|mexico mexican
moldova moldovan|mongolia mongolian|montenegro montenegrin|morocco moroccan|mozambique mozambican
myanmar burma burmese|namibia namibian|nepal nepali nepalese|netherlands dutch|new_zealand|nicaragua nicaraguan
niger nigerien|nigeria nigerian|north_korea north_korean dprk democratic_peoples_republic_of_korea n_korea
north_macedonia macedonian macedonia|northern_ireland northern_irish|norway norwegian|oman omani|pakistan pakistani
palestine palestinian|panama panamanian|paraguay paraguayan|peru peruvian|philippines philippine filipino
poland polish|portugal portuguese|qatar qatari|romania romanian|russia russian russian_federation|rwanda rwandan
saudi_arabia saudi saudi_arabian|scotland scottish|senegal senegalese|serbia serbian|sierra_leone
singapore singaporean|slovakia slovak|slovenia slovenian slovene|somalia somali|south_africa south_african
south_korea south_korean republic_of_korea rok s_korea|south_sudan south_sudanese|spain spanish|sri_lanka sri_lankan
sudan sudanese|sweden swedish|switzerland swiss|syria syrian|taiwan taiwanese|tajikistan tajik|tanzania tanzanian
thailand thai|tunisia tunisian|turkey turkish turkiye|turkmenistan turkmen|uganda ugandan|ukraine ukrainian
united_arab_emirates uae emirati|united_states us usa american united_states_of_america|uruguay uruguayan
uzbekistan uzbek|vatican holy_see|venezuela venezuelan|vietnam vietnamese|wales welsh|yemen yemeni|zambia zambian
zimbabwe zimbabwean|europe european|united_nations un|european_union eu|associated_press ap|african_union au
"""
"""Each country with its adjectives and other names, the first being the one; some bodies known by two letters too."""

_ONE_NAME = {
    printed.replace("_", " "): names.split()[0]
    for names in _COUNTRIES.strip().replace("\n", "|").split("|")
    for printed in names.split()
}
_LONGEST = max(len(printed.split()) for printed in _ONE_NAME)

COUNTRIES = frozenset(_ONE_NAME.values())


def countries_named(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words, in lower case, with each country under its one name: a single word, joined by a low line."""
    found: list[str] = []
    place = 0
    while place < len(words):
        length, name = _country_at(words, place)
        found.append(name)
        place += length
    return tuple(found)


def _country_at(words: tuple[str, ...], place: int) -> tuple[int, str]:
    for length in range(min(_LONGEST, len(words) - place), 0, -1):
        name = _ONE_NAME.get(" ".join(words[place : place + length]))
        if name is not None:
            return length, name
    return 1, words[place]


def is_place(words: str) -> bool:
    """Whether the words, in any case, are a country, a city or a region that is known by its name alone."""
    lowered = tuple(words.lower().split())
    named = countries_named(lowered)
    return len(named) == 1 and (named[0] in COUNTRIES or named[0] in PLACES)
