"""What organisations call themselves in the languages of the lists: words and beginnings of words with one meaning."""

from typing import Final

CONCEPTS: Final = """
bank: bank, banco, banca, banque, banka, bankasi, banki, banke, bankas, pankki, pank, trapeza, masraf, bankovsk*, bankov
commercial: commercial, kommerchesk*, commerciale, comercial, komercni, komertsijn*, tejarat, tijari, ticari, emporik*, kommerzi*, komercin*, targovsk*, komertsial*
trade: trade, trading, torgov*, tijarat, tijara, tejari, tijarah, tijariyya, handel, handels, commerce, comercio, ticaret, ticareti, trgovina, trgovinsk*, bazargani, bazergani, bazrgani, torhov*, handlow*, comert, kauppa, obchod, obchodni, kereskedel*, tarhov*
house: house, dom, khaneh, haus, maison, casa
industry: industry, industries, industrial, sanat, sanaye, sanati, sanaei, sanayeh, sanayi, promyshlenn*, industrie, industria, industrias, industriel*, przemysl*, promyslov*, prumysl*, priemysel*, pramonė, pramone, teollisuus, tööstus, viomichan*, promishlen*, sanayii, sinaiya, sinaa
production: production, manufacturing, proizvodstv*, produktion, produccion, producao, tolidi, tolid, vyrobni, virobnich*, vytvorch*, manufacture, manufacturers, producers, producing, produktsion*, gamybos, produkcij*, wytworc*
plant: plant, factory, works, zavod, zavody, fabrika, fabrik, fabryka, usine, karkhaneh, karkhane, kombinat, combine, mill, zaklad, zaklady, tehas, tehdas, gamykla, rupnica, ergostasio, uzina
scientific: scientific, science, sciences, nauchn*, naukov*, elmi, scientifique, cientific*, wissenschaft*, naukow*, navukov*, vedeck*, teadus*, moksl*, nauki, ulum, oloum
research: research, issledovatel*, doslidn*, tahghigh*, tahqiq*, recherche, investigacion*, forschung*, badawcz*, vyzkum*, vyskum*, tutkimus*, tyrim*, izsledovatel*, pazhouhesh*, pajoohesh*, pazhoohesh*, ricerca, ricerche, cercetare, abhath, buhuth
institute: institute, institut, instituto, instytut, institutas, instituts, inštitut, moasseseh, moassese, muassiseh, instituti, maahad, maehad, nii
center: center, centre, centr, tsentr, centro, markaz, merkez, zentrum, centrum, tsentar, keskus, centras, kentro, merkezi, tsentra
technical: technical, tekhnichesk*, fanni, tekhnichn*, technique, tecnic*, technisch*, techniczn*, tehnichesk*, tehnick*, technick*
technology: technology, technologies, tekhnolog*, fanavari, fannavari, technologie, tecnologia, tecnologias, teknoloji, tehnolog*, technologi*, technologia
engineering: engineering, inzhiniring, inzheniring, inzhenern*, mohandesi, muhandesi, muhandisi, handasi, ingenieria, ingenierie, engenharia, muhendislik, inzynier*, inzhener*, engineers, inzenyr*
state: state, national, stat, stati, statali, statale, stato, etat, estado, gosudarstvenn*, derzhavn*, dowlati, melli, nacional, nationale, nazionale, natsionaln*, natsionalen, narodowy, panstwow*, darzhavn*, dzyarzhaun*, devlet, ulusal, valtion, valsts, staatlich*, statni, statn*, valstybin*, riiklik, watani, wataniya, qawmi, estatal, nationaln*, nacionaln*, natsionaln*, ethnik*, kansallinen, nationell*, nationala, kratiki, kratikos, staats*
federal: federal, federaln*, federalnoe, federalny, federation, federatsi*, federacio*, federativ*, federacj*, federace
republic: republic, republika, respublik*, republique, jomhouri, jomhuri, cumhuriyeti, cumhuriyet, jumhuriyya, republican, tasavalta, tasavallan, respublika, dimokratia, republiken, republicii, republiek, koztarsasag, vabariik, republik, jumhouriya
ministry: ministry, ministerstv*, vezarat, wizarat, ministere, ministerio, ministerium, bakanligi, wizara, ministero, minister, ministeriet, vezarate, ministeri*, ypourgeio, minoborony
defense: defense, defence, oborony, oboronn*, defa, defensa, verteidigung*, difaa, oborona, obrony, obrani, obrana, puolustus, gynybos, otbrana, savunma, oboroni, difa
security: security, bezopasnost*, bezpeky, amniyat, amniat, securite, seguridad, sicherheit, guvenlik, bezpieczenstw*, sigurnost, amn, bezpecnost*, saugum*, turvallisuus, veiligheid, sakerhet, sikkerhed, drosib*, julgeolek*, biztonsag*, sigurta, asfaleia, securitate, bezopasnosti, zabezpeczen*
military: military, voenn*, voyenn*, viiskov*, nezami, militaire, militar, wojskow*, vaenn*, askeri, askari, militarn*
oil: oil, neft, neftyan*, naft, nafta, naftow*, petroleum, petrole, petroleo, petrol, naftov*, nefti, erdol, petrolier*
gas: gas, gaz, gaza, gazov*, gazow*, ghaz
petrochemical: petrochemical, petrochemicals, petrokimia, petroshimi, petrochimi, neftekhim*, petrochimie, petroquimic*, petrokimya, naftokhim*, petrochem
chemical: chemical, chemicals, khimichesk*, khimiya, khimii, shimi, shimiyayi, chimie, quimic*, kimya, chemisch*, chemiczn*, himichesk*, chemick*
energy: energy, energet*, energiya, energie, energija, energii, energi, energo, enerji, enerzhi, niroo, niru, energia, power
electric: electric, electrical, elektricheskii, elektrichn*, bargh, electrique, electronics, electronic, elektronika, elektronn*, electronique
machine: machine, machinery, mashin*, mashinostroit*, mashinostroenie, maszyn*, makina, mashinsazi, machinebuilding
construction: construction, building, stroit*, stroyteln*, budivel*, sakhtemani, sakhteman, construccion, constructions, bau, insaat, budowlan*, stavebn*, stroitelstvo, imran, omran, omrani, constructora, stroiteln*, statybos, rakennus*
transport: transport, transportation, transportn*, haml o naghl, transportes, nakliyat, nakliye, transporta, transporty, naql, transports
shipping: shipping, navigation, maritime, marine, kashtirani, keshtirani, morsk*, sudokhod*, parokhod*, naviera, maritima, denizcilik, darya, schiffahrt*, shipmanagement, nakl bahri, daryai, daryayi, sea, morskich, merenkul*, zeglug*, laivininkyst*, nautiliak*, naftiliak*, marittima, bahri, bahriya
port: port, ports, porty, portovy*, bandar, porto, puerto, hafen, limani, prystan, uosto, satama, sadam, limani
airline: airlines, airline, airways, aviakompani*, avialini*, havapeymai, hava, aerolineas, linhas aereas, hava yollari, aereas, aerienne*, khutut, khotot, luftfahrt, aeroport*, linie lotnicze, aviation, aviats*, avia, hawapeyma, havapaymai, tayaran, tayran, lotnicz*, letecka, aerolini*, hezkoi
aircraft: aircraft, samolet*, avion*, havapeyma, aerospace, hava faza, aerokosmich*, aircrafts, letak*, lotnicze
insurance: insurance, strakhov*, bimeh, seguros, assurance, versicherung, sigorta, ubezpieczen*, tamin, bime
investment: investment, investments, invest, investitsionn*, sarmaye, sarmayeh, sarmayegozari, sarmayehgozari, inversiones, investicionn*, investissement*, istithmar, yatirim, inwestycyjn*, inversion, investicijn*, investitsion*, investiments
finance: finance, financial, finans, finansy, finansov*, finansal, mali, maliye, financier*, finanzas, finanz*, financiera, tamwil, finansow*, chrimatopistotik*
group: group, gruppa, gruppe, groupe, grupo, goruh, gorouh, gruh, grupa, grubu, grup, jamaa, jamaat, jama, jamaah, jemaah, jemaat, majmuat, majmooat, majmouat, grupp, skupina, grupul, omada, ryhma, csoport, grupe, grupp*
holding: holding, holdings, kholding, holdingov*
general: general, generaln*, glavnoe, glavnyi, main, generale, aam, amm, amma, ammah, amme, umumi, allgemein*, generalny, geniki, yleinen, kol, fondas
international: international, internacional, internationale, mezhdunarodn*, bein ol melal, beynolmelali, beynalmelali, beinolmelal, uluslararasi, mizhnarodn*, miedzynarodow*, medzinarodn*, mezinarodni, nemzetkozi, kansainvalinen, tarptautin*, diethnis, duwali, dawli, dowali, dauli, rahvusvaheli*, starptautisk*, medjunarodn*, mezdunarodn*, internaz*, intl, int l
islamic: islamic, islam, islami, muslims, muslimin, moslem, islamiyya, islamiya, islamiyah, eslami, islamique, islamic*, islamsk*, islamisch*, islamy, islamu, islama, muslim, islamistych*
arab: arab, arabi, arabiyya, arabe, arabsk*, arabisch*
charity: charity, charitable, khayriya, khayriyya, khairiya, khairia, khayriyyah, humanitarian, gumanitarn*, insaniya, bienfaisance, benefic*, blagotvoritel*, dobroczynn*, heyriye, relief, aid, ighatha, igatha, yardim, wohltatig*, hayir, pomocy, pomoci, pomoshch, avustus*, igasa, yardimlasma
people: people, peoples, people s, narodn*, narodnoe, popular, populaire, volks, halk, shaab, shaabi, shaabiyya, mardom, ludow*, tautas, liaudies, nepi, folkelig*, folkets, popolari, popolare, narodow*, kansan, lidov*, laikos, liaudies, narodna, popularn*, pueblo, populara, rahva, populare, naroda
army: army, armiya, armia, armee, ejercito, jaysh, jeish, jaish, artesh, armija, stratos, ordu, armata, exercito, esercito, armeija, hadsereg, jeysh, aarmee, armiia, armija*
front: front, jabhat, jabha, jabhah, jebhe, frente, fronte, jebhat, cephesi, cephe, jebha, metopo, rintama, frontul, fronts
brigade: brigade, brigades, liwa, kataib, katibat, katiba, kataeb, brigada, brigad*, tugayi, tip, brigadas, taksiarxi*, prikaati
battalion: battalion, bataln*, batalion*, batallon, bataillon, taburu, fawj
movement: movement, harakat, haraka, harakah, mouvement, movimiento, movimento, bewegung, dvizheni*, ruch, hareketi, hareket, hnuti, judejimas, miscarea, liike, jonbesh, kinima, rukh, pokret, hnutie, liikumine, kustiba, rorelse*
party: party, partiya, partei, parti, partido, hizb, hezb, partia, partito, strana, puolue, komma, hizbi, partidul, partija, partisi
liberation: liberation, osvobozhdeni*, liberacion, befreiung*, tahrir, kurtulus, libertacao, liberazione, wyzwoleni*, osvobozen*, vapautus*, apeleftherosi*, wyzwoliciel*, eliberar*, apeleytherot*, apeleftherot*, liberazzjoni, bevrijding*, vabastus*, felszabadit*, issivadavim*, atbrivosan*, befrielse*
youth: youth, molodezh*, jeunesse, juventud, jugend, shabab, shabaab, tineret*, mlodziez*, mladez*, jaunimo, nuoriso, omladina, javanan, neolaia, mlade*, juventude, gioventu, genclik, shebab
state of islam: state of islam, dawla, dawlat, dowlat
supporters: supporters, ansar, simpatizant*, partisans, partidari*, anhanger, storonnik*, podderzhk*, nusra, support, defenders, stoupenci, sostenitor*, privarzhenitsi, zwolennik*
soldiers: soldiers, soldats, junud, jund, soldados, soldaten, soldat*, zolnierze, voini, voinitsi, vojaci, vojnici, askar, sotilaat, stratiot*, kariai, kareivi*
martyrs: martyrs, shuhada, shohada, martir*, martyrs*, martyre*, meczenn*, mucenik*, marttyyri*, shahid, sehit
university: university, daneshgah, daneshgahe, universitet, uniwersytet, universidad, universite, universitesi, jamia, universit*, panepistimio, yliopisto, universidade, ulikool, egyetem, jamiat
school: school, shkola, shkoly, madrasa, madrassa, escuela, ecole, schule, okul, academy, akadem*, academia, akademi*, szkola, scuola, escola, madreseh
education: education, educational, obrazovan*, obrazovateln*, edukacj*, educacion, amuzesh, amoozesh, edukacji, vzdelavan*, educacao, egitim, osvita, osvitn*, bildung*
culture: culture, cultural, kultur*, farhangi, culturel*, culturales, kultury, thaqafi, thaqafa, kulturn*
exchange: exchange, sarafi, sarrafi, money exchange, sarraf, sirafa, sayrafa, hawala, money, valuta*, doviz, saraafi, sherkat sarafi, remittance, birzh*, borsa, burse, burza
services: services, service, servis, servicios, khadamat, uslug*, hizmetleri, khadamate, dienst, dienste, sluzhba, sluzhby, servicos, poslug*, servizi, hizmet, sluzb*, paslaug*, palvelut, usluge
company_management: management company, upravlyayushchaya kompaniya, uk, mc
management: management, upravleni*, upravlia*, modiriyat, gestion, yonetim, idara, edare, idarat, directorate, administration, administrats*, departament*, department, department*, zarzad*, gestao, dyrekcj*, dairat, department
office: office, buro, bureau, byuro, daftar, maktab, oficina, biuro, ofis, kantoor, toimisto, grafeio, branch, offices, vetka, filial, dafter
committee: committee, komitet, komiteta, komitesi, komite, comite, shora, council, sovet, consejo, majlis, rada, shura, lajnat, lajna, komisja, vybor, comitato, rat, konsey, savet
court: court, sud, dadgah, tribunal, gericht, mahkama, mahkeme
design: design, konstruktorsk*, proektn*, tarrahi, tarh, entwurf, project, proekt*
special: special, spetsialn*, vizheh, vije, ozel, spetsial*, specjaln*
union: union, soyuz, ittihad, etehad, union*, ettehad, federasyon, birligi, spilka, zwiazek, etihad, unia, liga, league
new: new, novyi, novaya, novoe, nou, novo, nueva, nuevo, neu, jadid, yeni, nowy, nowa, neos, nea, nov, nova, noul, naujoji, uusi, nya
center_trade: trade center, torgovyi tsentr
russian: russian, rossiisk*, russia, rossii, russe, rus, russo, rossiy*, ruso, rosyjsk*, rosissk*, rossisk*, rosiisk*, russisch*, ruska, ruske, rusky, rusko, russisk*, venalainen, venajan, rosyjska, rf, rossiyskoi
crimea: crimea, crimean, krym, krymu, kryma, krymsk*, krim, krima, krimsk*, krymskie, krimean, crimee, krimas, krymo
iran: iran, irani, iranian, iranien*, iransk*, iranisch*, iranskata
syrian: syrian, syria, suriya, suriyya, siriysk*, siriisk*, syrienne, syrien, souria, suria, sirio, siria, sirija, syrisch*, suryia, suryjsk*
turkish: turkish, turk, turkiye, turkey, tyrkiet, turetsk*
belarus: belarus, belarusian, belorussian, belarusk*, belorussk*, bielorus*, byelorussian, bialorus*
kurdish: kurdish, kurd, kurdistan, kurdo*, kurde, kurdsk*
east: east, eastern, vostok, vostochn*, sharq, khavar, orient, ost, shargh, oriente, dogu, sharqi
west: west, western, zapad, zapadn*, gharb, ouest, oeste, bati
north: north, northern, sever, severn*, shomal, nord, norte, kuzey, shamal
south: south, southern, yug, yuzhn*, jonoub, sud?, sur, janub, guney, jonub
middle: middle, mianeh, miane, moyen, medio, awsat, orta, vasat, ausat
far: far, dalne*, dalny
machine_tool: machine tool, stankostroit*, stankozavod
aluminium: aluminium, aluminum, alyumini*, aluminio, aluminij, aluminiowy
steel: steel, foulad, fulad, stahl, acier, foolad, stalev*, celik, acero
metal: metal, metals, metally, metallurg*, metallov, felezat, metalurg*, metalic*
cement: cement, siman, tsement*, cemento, cimento, ciment, zement, esmant, cementn*
mining: mining, mine, mines, madan, maden, ma aden, maadin, madani, gornaya, gornyi, gorno, rudnik, rudnye, minera, miniere, mineria, bergbau, madencilik, maaden, gornorudn*, minas
coal: coal, ugol, ugolnaya, ugolny, uhol, carbon, zoghal, weglowy, weglow, kohle, ugledobyv*
food: food, foods, gida, pishchev*, ghazaei, alimentos, pishcheprom, prodovolstv*, alimentaire*
agricultural: agricultural, agrarn*, agropromyshl*, selskokhoz*, keshavarzi, agricole, agricola, rolnicz*, tarim, zeraei, agriculture
pharmaceutical: pharmaceutical, farmatsevt*, daroo, darou, pharma, pharmaceut*, farmatsiya, farmaceut*, darui
medical: medical, meditsin*, pezeshki, medico, medica, tibbi, medyczn*, tebbi, medicale
shop: market, supermarket, bazaar, bazar, souq, mercado, rynok, pazar
real_estate: real estate, nedvizhimost*, immobil*, inmobiliari*, gayrimenkul, emlak, imobiliar*
tourism: tourism, tourist, turist*, turizm, turismo, turismo, siyaha, jahangardi, travel, safar
television: television, tv, televid*, televiz*, televis*, telewiz*, tileorasi, teleradio*
radio: radio, radyo, radija
news: news, novosti, akhbar, khabar, noticias, nachrichten, haber, zprav*, vesti
agency: agency, agentstv*, agence, agencia, agentur, ajans, agencj*, vokalat, khabargozari, agenzia
space: space, kosmos, fazai, espacial, uzay, kosmich*
nuclear: nuclear, yadern*, atomn*, atomenergo*, atomnaya, atomnoi, hastei, hasteh, nukleer, nucleair*, nuclear*, atomic, jadrow*
missile: missile, missiles, raketn*, rakety, moushak, mushaki, moshaki, rocket
intelligence: intelligence, razvedk*, razvedyvateln*, etelaat, ettelaat, mukhabarat, renseignement*, istihbarat, rozvidk*, wywiad*
prison: prison, zendan, wiezieni*, vazeni, vezeni, vaznica, zatvor, gefangnis, carcere, habs, kalejim*, cietums, vangla, bortön, borton, fengsel, faengsel, fangelse, penjara, cezaevi, tyurma, kolonii, sijn, cezaevi, tiurma, penitentiary, nadamatgah
police: police, politsi*, polis, shurta, policia, policja, politi, entezami, politie, policja
guard: guard, guards, gvardi*, sepah, pasdaran, haras, garde, guardia, gwardi*, hvardi*, rosgvardi*
revolutionary: revolutionary, revolution, enghelab, enqelab, revolyuts*, revolucionari*, revolutionnaire, thawra, revolucion, devrim, inqilab, rewolucyjn*, epanastatik*, vallankumou*, revolutionar*, devrimci
combat: combat, combatant, combatants, combattant*, combatiente*, bojna, boyna, kampf, muqatila, mukatila, mucadele, fighting, fighters, taistel*, bojow*, muqatilin, boyna, boevaya
electricity: electricity, elektroenerg*, elektrichestv*, electricite
telecommunication: telecommunications, telecommunication, telecom, telekom, telekommunik*, telekommunik*, mokhaberat, mukhabarat?, telecomunic*, communications, ittisalat, etisalat
systems: systems, system, sistem*, systeme*, sistema, sistemas, systemes, sistemleri, systemy
instrument: instrument, instruments, pribor*, priborostroi*, prybor*, cihaz*, apparat*
optical: optical, optic*, optik*, optich*, optyczn*
naval: naval, navy, flot, flota, voenno morskoi
ship: ship, ships, shipbuilding, shipyard, shipyards, sudostroit*, korabel*, verf, tersane, keshtisazi, sudoremont*, stocznia, shpg
automotive: automobile, automotive, avtomobil*, khodro, automoviles, avtozavod, otomotiv, khodrosazi
import: import, imports, importadora, importaciones, importn*, ithalat, varedat, importacao
export: export, exports, exportadora, exportaciones, eksport*, ihracat, saderat, exportacao
import_export: import export, import and export, impex, importadora y exportadora, impeks
distillery: distillery, likerovodochn*, likerogorilch*, likero*
drug_trafficking: drug trafficking organization, dto
money_laundering: money laundering organization, mlo
technique: equipment, oborudovani*, tajhizat, equipos, equipements, obladnann*, ekipman
supply: supply, supplies, snabzheni*, tadarokat, suministros, tedarik, postavki, postavka
development: development, dezvoltare, razvoj, razvitie, ontwikkeling, entwicklung, udvikling, utveckling, pletros, attistib*, arendus*, fejleszt*, razviti*, tosee, toseeh, tose eh, desarrollo, developpement, kalkinma, rozvitk*, tawse eh, rozwoj*, tanmiya, inkishaf
computer: computer, computing, computers, vychislit*, kompyuter*, rayaneh, informatique, computacion, bilgisayar, hosoub
information: information, informats*, informatsionn*, ettela*, informacion, informacyjn*, informacii, bilgi, malumat
martial: martial, martial arts, boevye iskusstva
club: club, klub, klubb, bashgah, kulup
digital: digital, tsifrov*, numerique, dijital, tsyfrov*, cifrov*
media: media, smi, resaneh, medya, mediya
logistics: logistics, logistik*, logistica, lojistik, lodzhistik*
consulting: consulting, consultants, consultant, conseil, konsalting, moshaver*, danismanlik, consultoria
world: world, mirovo*, jahan, dunya, mundo, monde, welt, alam
center_cultural: cultural center, kulturnyi tsentr
fraternity: brotherhood, ikhwan, bratstv*, fraternite, hermandad
relief_committee: relief committee, lajnat al ighatha
jihad: jihad, jehad, dzihad, djihad, cihad, dschihad
cooperation: cooperation, cooperative, cooperatives, cooperacion, cooperacao, cooperazione, cooperativa, kooperatsi*, kooperativ*, hamkari, taavon, taavoni, taawun, taawon, wspolprac*, spoluprac*, sutrudnichestv*, satrudnichestv*, sotrudnichestv*, yhteistyo, samarbeid*, samarbete, zusammenarbeit, samenwerking, bendradarbiav*, sadarbib*, koostoo, egyuttmukod*, sinergasia, syneragasia, isbirligi, saradn*
central: central, centrale, centraln*, tsentraln*, markazi, markazia, merkez bankasi, zentral*, centrala, kentriki, keskus, kozponti, centrin*, tsentralen
network: network, networks, reseau, netzwerk, shabaka, shabakah, siec, rete, netwerk, natverk, netvaerk, tinklas, tikls, vork, halozat, diktyo, mreza, verkosto, retea
enterprise: enterprise, enterprises, podnik, podniku, podjetje, poduzece, preduzece, przedsiebiorstw*, predpriyati*, pidpryyemstv*, pradpryemstv*, bedrijf, unternehmen, entreprise, entreprises, intreprindere*, imone, uznemums, vallalat, yritys, ettevote, foretag, foretaget, virksomhed, impresa, intrapriza, epicheirisi, einheitsunternehmen, isletme, isletmesi, empresas
unitary: unitary, unitarn*, unitara, unitaire, unitario, unitaria, edinno, jednotny, jednolit*, enotno, jedinstven*, eniaia, unitair, egyseges, vieninga, vienota, enhetlig*, ziednoten*
complex: complex, kompleks, komplex, complexe, complejo, complesso, complexul, kompleksi, mojtama, mujamma
electromechanical: electromechanical, elektromekhan*, elektromechan*, eletromecan*, electromecan*, elettromeccan*, electromechan*
battery: battery, batteries, bateri*, battri*, batterie, akkumulyator*, baterii, batteria
savings: saving, savings, sberegatel*, sparkasse, ahorro, ahorros, epargne, economii, oszczednosc*
air_force: air force, forza aerea, fuerza aerea, forca aerea, luftwaffe, luchtmacht, vozdushnye sily, voenno vozdushnye sily, armee de l air, ilmavoimat, leteckie sily, vzdusne sily, flygvapen*, flyvevaben, oro pajegos, gaisa speki, ohuvagi, legiero, zracne sile, sily powietrzne, fortele aeriene, aeroporiki dynami, nirooye havaei, silah aljaw
navy_force: naval force, navy, darya force
holy_war: holy war, guerra santa, guerre sainte, heiliger krieg, swieta wojna, svata valka
mujahid: mujahid*, mujahed*, mojahed*, mojahid*, moudjahid*, mudzahed*, mudjahed*, modjahed*, moudzachent*, moutzachent*, modzahed*, mudschahed*
tunisian: tunisian, tunisia, tunisi*, tunecin*, tunisien*, tunesi*, tunezisk*, tuniziisk*, tunisk*, tunes, tunezja, tunus
libyan: libyan, libya, libia, libio, libic*, libyen*, libysch*, liviisk*, livia, libisk*, libijsk*, libijos, liibya, libijas, libie
moroccan: moroccan, morocco, maroc*, marok*, marroqu*, marruecos, marocch*, maghrib*, maghreb*, marokansk*, fas
algerian: algerian, algeria, algeri*, alzhir*, argelin*, argelia, jazairi, aljir*, alzir*, cezayir
egyptian: egyptian, egypt, egipt*, egipto, egipcio, egypti*, masri, misri, misriyya, agypt*, egitto
palestinian: palestine, palestinian, palestin*, filistin*, filastin*, falastin*, palaistin*
lebanese: lebanon, lebanese, liban*, livan*, lubnan, lubnani, libanes*, lubnan*
iraqi: iraq, iraqi, irak, iraka, iraku, iraks, iraki, irakien*, irakisch*, irakiisk*, iracheno
afghan: afghan, afghanistan, afgan*, afghan*, afganistan*
pakistani: pakistan, pakistani, pakistan*
korean: korea, korean, coree, corea, coreano, koreisk*, choson, chosun, kore, koreanisch*, koreansk*
yemeni: yemen, yemeni, jemen, jemenu, iemen
somali: somalia, somali, somalia, somalijsk*
indonesian: indonesia, indonesian, indonezi*, indonesi*, endonezya
philippine: philippines, philippine, filipin*, philippin*
bosnian: bosnia, bosnian, bosniya, bosnii, bosnie, bosanska, bosna
crimea_sea: black sea, chernomorsk*, chornomorsk*, cherno more, czarnomorsk*
venezuelan: venezuela, venezuelan, venezol*
african: africa, african, afrika*, afrique, africain*, afrikansk*
sahara: sahara, sahel
levant: levant, sham, el sham, levante, levanten, levantul
heritage: heritage, turath, patrimoine, patrimonio, dziedzictw*, dedictv*, miras, nasledi*, erbe
revival: revival, ihya, renaissance, renacimiento, vozrozhden*, vazrazhdane, odrodzen*, obnova
society_social: social, sotsialn*, sociale, socialn*, ijtimai, ejtemai, sosyal, spoleczn*
faith: aqida, qaida, qaeda, qaida*, qaeda*, qaedah, kaida, kaeda, qaidah, qaide
"""
"""`concept: word, beginning* …`; folded spellings are understood. Own work from general knowledge of the languages."""
