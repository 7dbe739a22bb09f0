"""Words that half the world bears, whatever a list says: a list of a few thousand cannot know how common a name is."""

from typing import Final

from screening.text.tables import words

PEOPLE: Final = words("""james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven
    paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen
    larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam
    nathan henry douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah gerald carl terry sean austin
    arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene
    vincent russell elijah louis bobby philip johnny mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy
    lisa betty margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon
    laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn
    janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan
    andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy
    smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez gonzales wilson anderson taylor
    moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott
    torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz
    parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed
    kelly howard ramos kim cox ward richardson watson brooks chavez wood bennett gray mendoza ruiz hughes price alvarez castillo
    sanders patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman butler henderson barnes fisher
    vasquez simmons jordan patterson graham hamilton fernandez romero herrera medina aguilar vargas castro guzman mendez munoz salazar
    carlos luis jorge pedro francisco miguel antonio manuel javier fernando sergio ricardo eduardo roberto rafael alberto alejandro
    mario diego pablo victor enrique raul ramon oscar hugo gustavo jaime ivan cesar felipe ana carmen rosa isabel lucia elena
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang han feng deng cao peng
    zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao lei fang jin wen min hong ming jun hua jian ping
    xin yan mei hui jing bo tao qiang yong kim lee park choi jung jeong kang cho yoon jang lim han oh seo shin kwon young sung min hyun
    nguyen tran le pham hoang phan vu dang bui do ho ngo duong ly
    muhammad mohammed mohammad mohamed ahmad ahmed ali hassan hasan hussein husayn hussain ibrahim omar umar khalid khaled yusuf youssef
    abdullah abdallah abdlah abdrahman abdaziz mustafa mahmoud mahmud said saeed salim salem salah saleh hamid hamad hamza karim jamal
    mansour mansur nasser nasir rashid samir tariq walid yasser zayd bilal amin amir anwar fadi faisal farid fuad ghassan habib haidar
    imad isa issa jaber jasim kamal majid malik marwan mazin musa nabil nadir naji qasim ramadan rami riyad sami sayed shadi sharif
    suleiman sulayman taha yahya ziad reza hossein mohsen mehdi akbar abbas hashemi hosseini karimi mohammadi ahmadi rezaei moradi
    rahimi jafari ebrahimi mousavi sadeghi abdi khan shah malik iqbal hussain raza butt chaudhry siddiqui qureshi bibi begum
    singh kumar sharma gupta verma das roy rao reddy patel mehta joshi nair devi ram lal prasad
    ivan ivanov petrov sidorov smirnov kuznetsov popov vasiliev sokolov mikhailov novikov fedorov morozov volkov alekseev lebedev semenov
    egorov pavlov kozlov stepanov nikolaev orlov andreev makarov nikitin zakharov zaitsev soloviev borisov yakovlev grigoriev romanov
    vorobiev sergeev aleksandr alexander sergey sergei dmitry dmitri andrey andrei alexey aleksey vladimir mikhail nikolay nikolai igor
    oleg yuri yury viktor pavel maxim maksim roman denis evgeny evgeniy konstantin anton artem elena olga natalia tatiana svetlana irina
    anna maria ekaterina yulia mehmet mustafa ahmet ali hasan ibrahim yilmaz kaya demir celik sahin yildiz ozturk aydin fatma ayse emine
    hans peter wolfgang klaus jurgen thomas muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann jean pierre michel
    philippe alain bernard dubois durand martin bernard petit moreau giuseppe antonio giovanni mario luigi rossi ferrari russo bianchi
    silva santos oliveira souza pereira costa ferreira alves lima gomes joao tanaka suzuki sato takahashi watanabe ito yamamoto""")
"""Given and family names borne by hundreds of thousands."""

TRADE: Final = words("""capital markets market partners ventures global resources resource solutions data processing digital network networks
    pacific atlantic america american americas european europe asia asian africa african british london york city first national
    united premier royal star sun golden gold silver blue red green black white diamond star alpha beta omega delta sigma alfa
    enterprise enterprises trust securities asset assets equity advisors advisory brands foods beverage home homes property
    properties life health healthcare care bio biotech bancorp bancshares financial fund funds acquisition technologies tech labs lab
    systems software hardware semiconductor devices materials motor motors cars rail road air sky ocean sea river lake mountain
    valley park garden plaza tower towers bridge gate point union alliance eagle lion tiger phoenix dragon falcon horizon summit pioneer
    future modern smart fast best top prime elite quality super mega micro nano mini max plus one two three china chinese india indian
    japan korea german france italia espana swiss canada canadian mexico brasil australia dubai emirates gulf mediterranean baltic
    central continental universal general world worldwide overseas inter trans""")
"""Words that thousands of firms call themselves by."""
