"""What the words of a name are: titles, particles, legal forms, and what organisations call themselves in many languages."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.text.concepts import CONCEPTS
from screening.text.forms import FORMS
from screening.text.native import NATIVE_CONCEPTS, NATIVE_FORMS
from screening.text.scripts import is_arabic, latin
from screening.text.sound import devowelled, fold
from screening.text.tables import words

_LETTERS: Final = re.compile(r"[a-z0-9*]+")

TITLES: Final = words("""mr mrs ms miss dr prof professor doctor haji hajji hadji hajj haj alhaj alhaji hajjeh sheikh shaykh shaikh sheik cheikh
    cheick mullah mulla molla mollah maulavi mawlawi maulawi mawlana maulana moulavi molvi mufti qari sayyid sayed syed sayyed
    seyyed seyed seyyid said general gen colonel col major maj captain capt lieutenant lt sergeant sgt brigadier brig admiral adm
    commander cmdr commandante comandante marshal field jr sr eng engineer ingeniero sir hon honorable judge ayatollah ayatullah
    hojatoleslam hojjatoleslam hujjat comrade ii iii iv esq phd don dona doña daw ustad ostad emir amir prince princess king
    ex president minister his her excellency pan pani herr frau monsieur madame mme senor senora sra uncle
    presidente prasident prezident prezydent predsjednik engr alias dit""") - {
    "amir",
    "said",
    "field",
    "king",
    "prince",
    "emir",
    "don",
    "pan",
}
"""Taken from a person's name without loss; those that are also names are not among them."""

COMPANIES: Final = words("""ltd limited inc incorporated llc llp plc corp corporation company companies gmbh sarl srl spa pty bhd pvt ooo oao zao pao jsc ojsc
    cjsc pjsc bank banque banco holding holdings group trading university ministry association""")
"""Words that no person is called by: whoever bears one is an organisation."""

PARTICLES: Final = words("""al el ul ur ol an as ash ad at az ar bin ibn ben bint binti binte ould wuld walad de del della di da do dos das du des la las
    los le les l van von der den ter ten zu y e et und and of the for ve i und oglu ogli ogly kizi qizi kyzy zadeh ap mac na no
    in on to with by a an im am fur per por para pour sur und och och og und ja sa von""")
"""Words that hold names together; spelt, joined or left out as one likes."""

PATRONYMIC_ENDS: Final = (
    *(
        "ovich",
        "evich",
        "ovych",
        "evych",
        "avich",
        "ovic",
        "ievich",
        "yevich",
        "ovitch",
        "evitch",
        "ovna",
        "evna",
        "ivna",
        "yivna",
    ),
    *(
        "auna",
        "euna",
        "auna",
        "ovitj",
        "avitj",
        "evitj",
        "owicz",
        "ewicz",
        "avichy",
        "yevna",
        "ogly",
        "ovits",
        "evits",
        "inichna",
    ),
    *("ilich", "avna", "ovnas", "ovitsch", "ewitsch", "owitsch", "vitch", "jevic", "jevich", "evici", "ovici"),
)
"""Ends of a Slavic patronymic, which many lists and most payments leave out."""

GIVEN: Final = """
muhammad mohammed mohammad mohamed muhammed mohamad muhamad mohamud mohammod mahomed magomed mukhammad mehmet mehmed mahamat mahamed mohd mohamedou muhammet maxamed محمد
mahmud mahmoud mahmood mehmud makhmud maxmud محمود
ahmad ahmed ahmet akhmed akhmad axmed ahmadu hamad? achmad achmed احمد أحمد
hamid hamed hameed حامد حميد
hamad hammad hamed? حمد حماد
hamdi hamdy حمدي
hasan hassan hasaan حسن حسان
husayn hussein husain hussain hossein hosein hussien hussin husein huseyn khusein hussayn houssein hoseyn huseyin حسين حسین
ali aly alli علي علی
alawi alavi علوي
umar omar omer oumar umer عمر
amir amer ameer aamer emir امير أمير عامر
ammar amar عمار
amin ameen emin امين أمين
amina aminah amineh امينة أمينة آمنة
mustafa mustapha mostafa moustafa moustapha mostapha mustafo مصطفى مصطفي
ibrahim ebrahim ibraheem brahim ibragim ابراهيم إبراهيم
ismail esmail ismael esmaeil ismayil esmaeel اسماعيل إسماعيل اسماعیل
yusuf yousef yousif youssef yosef yousuf yusef yussuf yusup jusuf joseph josef يوسف یوسف
said saeed saeid saiid sayeed sa'id seid سعيد سعید
saad sad سعد
sayyid sayed sayyed syed سيد سید
salim salem selim saleem سالم سليم
salam salaam سلام
salah saleh salih صلاح صالح
khalid khaled halid chalid خالد
khalil halil khaleel خليل
jamal djamal gamal camal djamel cemal جمال
jamil djamil gamil jameel جميل
kamal kemal kamel kamil كمال كامل
hadi haadi هادي هادی
mahdi mehdi mahdy مهدي مهدی
majid majed maajid ماجد مجيد
rashid rasheed rachid راشد رشيد
rahim raheem رحيم
karim kareem كريم
nasir nasser naser nasr ناصر نصر نصير
mansur mansour mansoor منصور
walid waleed oualid وليد
tariq tarek tarik tareq طارق
yasir yaser yasser ياسر
zahra zahrah zehra زهراء زهرا
fatima fatimah fatemeh fatma فاطمة فاطمه
maryam mariam miriam مريم
alexander aleksandr alexandr aleksander oleksandr aliaksandr alexandre alejandro oleksandrs aleksandar alexandru alyaksandr iskandar
alexandra aleksandra oleksandra aliaksandra alyaksandra
alexei aleksey alexey aleksei oleksiy oleksii aliaksei alyaksey alexej oleksij alaksiej
andrei andrey andriy andrii andrej andrzej andriej andreas andrew
sergei sergey serhiy serhii siarhei syarhey sergej serguei siarhej sergiy
dmitri dmitry dmitriy dmitrii dmytro dzmitry dimitri dmitrij dzmitri
nikolai nikolay mykola mikalai mikalay nikolaj mikola
mikhail michail mykhailo mikhailo mihail mikhaylo michael mykhaylo michal mihhail
vladimir volodymyr uladzimir vladimer wladimir wolodymyr uladzimer
vasily vasiliy vasyl vasil vasilij wasyl basil
pavel pavlo paval pawel pawlo
petr pyotr petro piotr peter pedr pjotr piatro
ivan ioann iwan jan? ivann
yuri yury iurii yuriy yurii juri jurij juryj iury yurij
yevgeny evgeny yevgeniy evgeniy yevhen evgeni evgenii yauhen jewgeni yauheni jauhien jevgenij yevgeni
gennady gennadiy gennadi hennadiy henadz genadi hienadz
grigory grigoriy hryhoriy ryhor grigori grigorij hryhorii
igor ihor ihar
oleg oleh aleh
konstantin kostiantyn kanstantsin kostyantyn constantin konstantsin kanstancin
maxim maksim maksym
anatoly anatoliy anatoli anatol anatolij
viktor victor wiktor
artem artyom artiom artsiom artsem artemi
denis denys dzianis
natalia nataliya natalya natallia nataliia
elena yelena olena alena helena
olga olha volha
tatiana tatyana tetiana tetyana tatsiana tatjana
leonid leanid leonyd
georgy georgiy georgi heorhiy heorhii george georgij giorgi
roman raman
kirill kyrylo kiryl kirilo
stanislav stanislau stanislaw
vyacheslav viacheslav vyachaslau viachaslau wjatscheslaw viatcheslav
ruslan ruslam
arkady arkadiy arkadii arkadij
timur teymur temur
kim gim
lee yi rhee li?
park pak bak
choi choe ch'oe
jong chong jung chung
"""
"""Given names that are spelt in many ways: one name per line. Two lines are two names, however near their letters.

A word followed by "?" would be two names and stands here only to be read: it is left out.
"""


def _classes() -> Iterator[tuple[str, str]]:
    for line in GIVEN.split("\n"):
        words = [latin(word).strip() for word in line.split() if not word.endswith("?")]
        yield from ((word, words[0]) for word in words)


def _given() -> dict[str, str]:
    exact = dict(_classes())
    folds: dict[str, set[str]] = {}
    for word, name in exact.items():
        folds.setdefault(fold(word), set()).add(name)
    return exact | {folded: names.pop() for folded, names in folds.items() if len(names) == 1 and folded not in exact}


_GIVEN: Final = _given()


@lru_cache(200_000)
def given_name(word: str) -> str | None:
    """The given name that a word is a spelling of, if it is one that is spelt in many ways."""
    return _GIVEN.get(word) or (_GIVEN.get(fold(word)) if len(word) > 3 else None)


def is_patronymic(word: str) -> bool:
    """Whether a word looks like the father's name of Slavic usage."""
    return len(word) >= 7 and word.endswith(PATRONYMIC_ENDS)


@lru_cache(50_000)
def father(word: str) -> str | None:
    """The given name that a patronymic is made of, where it is a known one: "Mykolayovych" and "Nikolaevich" have one father."""
    for end in _ENDS:
        if word.endswith(end):
            stem = word[: -len(end)]
            for name in (stem, stem + "y", stem + "i", stem + "iy", stem.rstrip("yi")):
                if len(name) > 2 and (known := given_name(name)):
                    return known
    return None


_ENDS: Final = sorted(PATRONYMIC_ENDS, key=len)


class Phrases:
    """Phrases of up to so many words, each meaning one thing; words ending in "*" are beginnings."""

    def __init__(self, table: str) -> None:
        self._exact: dict[str, str] = {}
        self._stems: dict[str, list[tuple[str, str]]] = {}
        for line in table.strip().split("\n"):
            meaning, _, phrases = line.partition(":")
            for phrase in phrases.split(","):
                bare = " ".join(_LETTERS.findall(latin(phrase)))
                self._add(bare, meaning.strip(), voiced=not is_arabic(phrase))
        self.longest = max(phrase.count(" ") + 1 for phrase in self._exact)

    def _add(self, phrase: str, meaning: str, *, voiced: bool) -> None:
        if phrase.endswith("*"):
            stem = fold(phrase[:-1])
            assert len(phrase) > 5, f"{phrase} would take in everything"
            self._stems.setdefault(stem[:3], []).append((stem, meaning))
        elif phrase:
            self._exact[phrase] = meaning
            if len(phrase) > 4 and voiced:  # Arabic without its vowels sounds like too much else
                self._exact.setdefault(" ".join(fold(word) for word in phrase.split()), meaning)

    def plain_words(self, length: int) -> set[str]:
        """The single words, at least so long, of all phrases."""
        return {word for phrase in self._exact for word in phrase.split() if len(word) >= length}

    def meaning(self, words: list[str], folds: list[str]) -> str | None:
        """What the words together mean."""
        found = self._exact.get(" ".join(words)) or self._exact.get(" ".join(folds))
        if found is None and len(words) == 1 and len(words[0]) > 4:
            for stem, meaning in self._stems.get(folds[0][:3], ()):
                if folds[0].startswith(stem):
                    return meaning
        return found


LEGAL_FORMS: Final = Phrases(FORMS + NATIVE_FORMS)
GENERIC: Final = Phrases(CONCEPTS + NATIVE_CONCEPTS)

_PHRASED: Final = LEGAL_FORMS.plain_words(1) | GENERIC.plain_words(1)
_SHORTENED: Final = {
    devowelled(word): word
    for word in words(
        """limited liability company corporation incorporated joint stock public private open closed group holding holdings
        trading trade international industries industrial bank general services shipping technology technologies engineering
        petrochemical state enterprise center institute research scientific production plant factory"""
    )
}
"""English words of organisations by their consonants."""


def _by_first_letter(spellable: frozenset[str]) -> dict[str, list[str]]:
    letters: dict[str, list[str]] = defaultdict(list)
    for word in sorted(spellable):
        letters[word[0]].append(word)
    return dict(letters)


_SPELLABLE: Final = _by_first_letter(frozenset(LEGAL_FORMS.plain_words(7) | GENERIC.plain_words(8)))
"""Words long enough to be known when misspelt; the first letter is seldom the wrong one."""


@lru_cache(100_000)
def corrected(word: str) -> str:
    """A misspelt or shortened word of organisations ("LIMTIED", "CMPNY") as it is meant."""
    if 3 <= len(word) <= 8 and (meant := _SHORTENED.get(word)):
        return meant
    if (
        len(word) < 6
        or word in _PHRASED
        or GENERIC.meaning([word], [fold(word)])
        or LEGAL_FORMS.meaning([word], [fold(word)])
    ):
        return word
    edits = 1 if len(word) < 9 else 2
    found = process.extractOne(word, _SPELLABLE.get(word[0], ()), scorer=OSA.distance, score_cutoff=edits)
    return found[0] if found else word
