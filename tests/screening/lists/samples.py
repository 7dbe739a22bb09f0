"""Lists in every layout with invented entities: a reader of each must see the same people in all of them."""

SDN = b"""\
101,"ZARUBIN-DEMOV, Viktor Ilyich",individual,"UKRAINE-EO13661] [RUSSIA-EO14024","Deputy Minister",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 02 May 1961; alt. DOB 1962; POB Volkonsk; nationality Russia; a.k.a. 'VITYA'; Passport 71 1234567 (Russia) expires 2030; Tax ID No. 7744000123 (Russia)."\r
102,"KRAKENFJORD BANK",-0- ,"IRAN",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"SWIFT/BIC KRKNRUMM; Legal Entity Number 5493001KJTIIGC8Y1R12; Digital Currency Address - XBT 1BoatSLRHtKNngkdXEPoTestTestTest12; all offices worl"\r
103,"GRIMTIDE WANDERER",vessel,"IRAN",-0- ,"EPXY",Crude Oil Tanker,"318,000",-0- ,Panama,-0- ,"Vessel Registration Identification IMO 9074729; MMSI 123456789."\r
\x1a"""

ALT = b"""\
101,9001,aka,"DEMOV, Viktor",-0- \r
101,9002,fka,"ZARUBIN, Viktor",-0- \r
102,9003,aka,"-0- ",-0- \r
\x1a"""

ADD = b"""\
101,8001,-0- ,"Volkonsk","Russia",-0- \r
102,8002,"1 Fjord Street","Volkonsk 100100","Russia",-0- \r
"""

COMMENTS = b"""\
102,"dwide; a.k.a. 'KFB'."\r
"""

SDN_XML = b"""\
<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.example/exports/XML">
  <publshInformation><Publish_Date>05/03/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry>
    <uid>101</uid><firstName>Viktor Ilyich</firstName><lastName>ZARUBIN-DEMOV</lastName><sdnType>Individual</sdnType>
    <programList><program>RUSSIA-EO14024</program></programList>
    <idList><id><uid>1</uid><idType>Passport</idType><idNumber>71 1234567</idNumber><idCountry>Russia</idCountry></id></idList>
    <akaList>
      <aka><uid>2</uid><type>a.k.a.</type><category>strong</category><lastName>DEMOV</lastName><firstName>Viktor</firstName></aka>
      <aka><uid>3</uid><type>f.k.a.</type><category>strong</category><lastName>ZARUBIN</lastName><firstName>Viktor</firstName></aka>
      <aka><uid>4</uid><type>a.k.a.</type><category>weak</category><lastName>VITYA</lastName></aka>
    </akaList>
    <addressList><address><uid>5</uid><city>Volkonsk</city><country>Russia</country></address></addressList>
    <nationalityList><nationality><uid>6</uid><country>Russia</country><mainEntry>true</mainEntry></nationality></nationalityList>
    <dateOfBirthList><dateOfBirthItem><uid>7</uid><dateOfBirth>02 May 1961</dateOfBirth></dateOfBirthItem></dateOfBirthList>
  </sdnEntry>
  <sdnEntry>
    <uid>103</uid><lastName>GRIMTIDE WANDERER</lastName><sdnType>Vessel</sdnType>
    <programList><program>IRAN</program></programList>
    <idList><id><uid>8</uid><idType>Vessel Registration Identification</idType><idNumber>IMO 9074729</idNumber></id></idList>
    <vesselInfo><vesselFlag>Panama</vesselFlag></vesselInfo>
  </sdnEntry>
</sdnList>
"""

ADVANCED_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://sanctionslistservice.example/exports/ADVANCED_XML">
  <ReferenceValueSets>
    <AreaCodeValues><AreaCode ID="11" CountryID="8" Description="Panama" AreaCodeTypeID="1">PA</AreaCode></AreaCodeValues>
    <ListValues><List ID="1550">SDN List</List><List ID="91507">Sectoral Sanctions Identifications List</List></ListValues>
    <AliasTypeValues><AliasType ID="1400">A.K.A.</AliasType><AliasType ID="1401">F.K.A.</AliasType><AliasType ID="1403">Name</AliasType></AliasTypeValues>
    <CountryValues><Country ID="7" ISO2="RU">Russia</Country></CountryValues>
    <FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="10">Nationality Country</FeatureType><FeatureType ID="25">Location</FeatureType></FeatureTypeValues>
    <IDRegDocTypeValues><IDRegDocType ID="1571">Passport</IDRegDocType></IDRegDocTypeValues>
    <NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType><NamePartType ID="1521">First Name</NamePartType><NamePartType ID="1525">Entity Name</NamePartType></NamePartTypeValues>
    <PartySubTypeValues><PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType><PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType></PartySubTypeValues>
    <PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType></PartyTypeValues>
  </ReferenceValueSets>
  <Locations><Location ID="50"><LocationCountry CountryID="7"/><LocationPart LocPartTypeID="1454"><LocationPartValue><Value>Volkonsk</Value></LocationPartValue></LocationPart></Location><Location ID="51"><LocationAreaCode AreaCodeID="11"/></Location></Locations>
  <IDRegDocuments><IDRegDocument ID="60" IDRegDocTypeID="1571" IdentityID="900" IssuedBy-CountryID="7"><IDRegistrationNo>71 1234567</IDRegistrationNo></IDRegDocument></IDRegDocuments>
  <DistinctParties>
    <DistinctParty FixedRef="101">
      <Profile ID="101" PartySubTypeID="4">
        <Identity ID="900" FixedRef="101" Primary="true">
          <Alias FixedRef="101" AliasTypeID="1403" Primary="true" LowQuality="false">
            <DocumentedName ID="1"><DocumentedNamePart><NamePartValue NamePartGroupID="20">Zarubin-Demov</NamePartValue></DocumentedNamePart><DocumentedNamePart><NamePartValue NamePartGroupID="21">Viktor Ilyich</NamePartValue></DocumentedNamePart></DocumentedName>
            <DocumentedName ID="2"><DocumentedNamePart><NamePartValue NamePartGroupID="20">Зарубин-Демов</NamePartValue></DocumentedNamePart><DocumentedNamePart><NamePartValue NamePartGroupID="21">Виктор</NamePartValue></DocumentedNamePart></DocumentedName>
          </Alias>
          <Alias FixedRef="101" AliasTypeID="1401" Primary="false" LowQuality="false"><DocumentedName ID="3"><DocumentedNamePart><NamePartValue NamePartGroupID="20">Zarubin</NamePartValue></DocumentedNamePart><DocumentedNamePart><NamePartValue NamePartGroupID="21">Viktor</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
          <Alias FixedRef="101" AliasTypeID="1400" Primary="false" LowQuality="true"><DocumentedName ID="4"><DocumentedNamePart><NamePartValue NamePartGroupID="20">Vitya</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
          <NamePartGroups><MasterNamePartGroup><NamePartGroup ID="20" NamePartTypeID="1520"/></MasterNamePartGroup><MasterNamePartGroup><NamePartGroup ID="21" NamePartTypeID="1521"/></MasterNamePartGroup></NamePartGroups>
        </Identity>
        <Feature ID="70" FeatureTypeID="8"><FeatureVersion ID="71"><DatePeriod><Start><From><Year>1961</Year><Month>5</Month><Day>2</Day></From></Start><End><To><Year>1961</Year><Month>5</Month><Day>2</Day></To></End></DatePeriod></FeatureVersion></Feature>
        <Feature ID="72" FeatureTypeID="10"><FeatureVersion ID="73"><VersionLocation LocationID="50"/></FeatureVersion></Feature>
        <Feature ID="74" FeatureTypeID="25"><FeatureVersion ID="75"><VersionLocation LocationID="50"/></FeatureVersion></Feature>
      </Profile>
    </DistinctParty>
    <DistinctParty FixedRef="104">
      <Profile ID="104" PartySubTypeID="3">
        <Identity ID="901" FixedRef="104" Primary="true">
          <Alias FixedRef="104" AliasTypeID="1403" Primary="true" LowQuality="false"><DocumentedName ID="5"><DocumentedNamePart><NamePartValue NamePartGroupID="22">KRAKENFJORD LEASING</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
          <NamePartGroups><MasterNamePartGroup><NamePartGroup ID="22" NamePartTypeID="1525"/></MasterNamePartGroup></NamePartGroups>
        </Identity>
        <Feature ID="76" FeatureTypeID="25"><FeatureVersion ID="77"><VersionLocation LocationID="51"/></FeatureVersion></Feature>
      </Profile>
    </DistinctParty>
  </DistinctParties>
  <SanctionsEntries><SanctionsEntry ID="82" ProfileID="104" ListID="91507"><SanctionsMeasure ID="83"><Comment>UKRAINE-EO13662</Comment></SanctionsMeasure></SanctionsEntry><SanctionsEntry ID="80" ProfileID="101" ListID="1550"><SanctionsMeasure ID="81"><Comment>RUSSIA-EO14024</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries>
</Sanctions>
""".encode()

EU_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-05-03T09:00:00" globalFileId="1">
  <sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.101.1" logicalId="101">
    <regulation regulationType="regulation" programme="UKR" publicationDate="2022-02-25" numberTitle="2022/336"><publicationUrl>x</publicationUrl></regulation>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="Виктор" middleName="" lastName="Зарубин-Демов" wholeName="Виктор Зарубин-Демов" strong="true" logicalId="1"/>
    <nameAlias firstName="Viktor" middleName="Ilyich" lastName="Zarubin-Demov" wholeName="Viktor Ilyich Zarubin-Demov" strong="true" logicalId="2"/>
    <nameAlias firstName="" middleName="" lastName="" wholeName="Vitya" strong="false" logicalId="3"/>
    <citizenship countryIso2Code="RU" countryDescription="RUSSIA" region="" logicalId="4"/>
    <birthdate circa="false" calendarType="GREGORIAN" city="Volkonsk" birthdate="1961-05-02" countryIso2Code="RU"/>
    <birthdate circa="true" calendarType="GREGORIAN" yearRangeFrom="1960" yearRangeTo="1963" countryIso2Code="00"/>
    <address city="Volkonsk" street="1 Fjord Street" poBox="" zipCode="100100" region="" place="" countryIso2Code="RU" countryDescription="RUSSIA"/>
    <identification identificationTypeCode="passport" number="71 1234567" latinNumber="" countryIso2Code="RU"/>
  </sanctionEntity>
  <sanctionEntity euReferenceNumber="EU.102.1" logicalId="102">
    <remark>Branch: SWIFT/BIC: KRKNKPPY.</remark>
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias wholeName="Krakenfjord Bank" strong="true"/>
    <nameAlias wholeName="KFB" strong="true"><remark>(UN: low quality a.k.a.)</remark></nameAlias>
    <identification identificationTypeCode="swiftbic" number="KRKNRUMM" countryIso2Code="00"/>
  </sanctionEntity>
</export>
""".encode()

EU_CSV_1_1 = """\
fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;Entity_Regulation_Programme;NameAlias_LastName;NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;Address_City;Address_CountryIso2Code;BirthDate_BirthDate;Identification_Number;Identification_TypeCode;Citizenship_CountryIso2Code
03/05/2026;101;EU.101.1;P;UKR;Zarubin-Demov;Viktor;Ilyich;Viktor Ilyich Zarubin-Demov;;;;;;
03/05/2026;101;EU.101.1;P;UKR;;;;Виктор Зарубин-Демов;;;;;;
03/05/2026;101;EU.101.1;P;UKR;;;;;Volkonsk;RU;;;;
03/05/2026;101;EU.101.1;P;UKR;;;;;;;1961-05-02;;;
03/05/2026;101;EU.101.1;P;UKR;;;;;;;;71 1234567;passport;
03/05/2026;101;EU.101.1;P;UKR;;;;;;;;;;RU
""".encode()

EU_CSV_1_0 = b"""\
Date_file;Entity_logical_id;Subject_type;Programme;Naal_logical_id;Entity_logical_id;Naal_lastname;Naal_firstname;Naal_middlename;Naal_wholename;Addr_city;Addr_country;Birt_date;Iden_number;Iden_country;Citi_country;EU_ref_num
03/05/2026;101;P;UKR;1;101;Zarubin-Demov;Viktor;Ilyich;Viktor Ilyich Zarubin-Demov;;;;;;;EU.101.1
03/05/2026;101;P;UKR;;;;;;;Volkonsk;RU;;;;;EU.101.1
03/05/2026;101;P;UKR;;;;;;;;;1961-05-02;;;;EU.101.1
03/05/2026;101;P;UKR;;;;;;;;;;71 1234567 (passport-National passport);RU;RU;EU.101.1
"""

UN_XML = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST dateGenerated="2026-05-03T00:00:09.554Z">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <DATAID>101</DATAID><FIRST_NAME>VIKTOR</FIRST_NAME><SECOND_NAME>ILYICH</SECOND_NAME><THIRD_NAME>ZARUBIN-DEMOV</THIRD_NAME>
      <UN_LIST_TYPE>DRC</UN_LIST_TYPE><REFERENCE_NUMBER>CDi.101</REFERENCE_NUMBER>
      <NAME_ORIGINAL_SCRIPT>Виктор Зарубин-Демов</NAME_ORIGINAL_SCRIPT>
      <NATIONALITY><VALUE>Russian Federation</VALUE></NATIONALITY>
      <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Viktor Demov; Viktor Zarubin (previously listed as V. Zarubin)</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Vitya</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ADDRESS><CITY>Volkonsk</CITY><COUNTRY>Russian Federation</COUNTRY></INDIVIDUAL_ADDRESS>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-05-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1963</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Viktor Volkonsky</ALIAS_NAME><DATE_OF_BIRTH>1959-04-30</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>71 1234567</NUMBER><COUNTRY_OF_ISSUE>Russian Federation</COUNTRY_OF_ISSUE></INDIVIDUAL_DOCUMENT>
    </INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY>
      <DATAID>102</DATAID><FIRST_NAME>KRAKENFJORD BANK</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPe.102</REFERENCE_NUMBER>
      <COMMENTS1>Owner of ships (IMO number: 9074729). SWIFT: KRKNRUMM. SWIFT/BIC code of nobody.</COMMENTS1>
      <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Fjord Bank</ALIAS_NAME></ENTITY_ALIAS>
    </ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>
""".encode()

UK_CSV = """\
Report Date: 03-May-2026
Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Title,Name non-latin script,Regime Name,Designation Type,Sanctions Imposed,Address Line 1,Address Country,D.O.B,Nationality(/ies),Passport number,IMO number,Business registration number (s),Current believed flag of ship,Other Information
02/05/2026,RUS0101,15101,,Zarubin-Demov,Viktor,Ilyich,,,,Primary Name,,,Виктор Зарубин-Демов,Russia,Individual,Asset freeze|Travel Ban,1 Fjord Street,Russia,02/05/1961,Russia,71 1234567,,,
02/05/2026,RUS0101,15101,,Vitya,,,,,,Alias,Weak,,,Russia,Individual,Asset freeze|Travel Ban,,,00/00/1962,,,,,
02/05/2026,RUS0103,,,Grimtide Wanderer,,,,,,Primary Name,,,,Russia,Ship,Prohibition of port entry,,,,,,9074729,,Panama
02/05/2026,RUS0102,,,Krakenfjord Bank,,,,,,Primary Name,,,,Russia,Entity,Asset freeze,,,,,,,SWIFT/BIC: KRKNRUMM,,SWIFT: KRKNKPPYXXX
02/05/2026,RUS0102,,,KFB,,,,,,Alias,Low quality a.k.a,,,Russia,Entity,Asset freeze,,,,,,,OGRN 1027700001234,
""".encode()

CONLIST = """\
Last Updated,03/05/2022
Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non-Latin Script,DOB,Nationality,Passport Number,Address 1,Country,Other Information,Group Type,Alias Type,Alias Quality,Regime,Group ID
Zarubin-Demov,Viktor,Ilyich,,,,,Виктор Зарубин-Демов,02/05/1961,Russia,71 1234567,1 Fjord Street,Russia,(UK Sanctions List Ref):RUS0101 (UK Statement of Reasons): none,Individual,Primary name,,Russia,15101
Vitya,,,,,,,,00/00/1962,,,,,(UK Sanctions List Ref):RUS0101,Individual,AKA,Low,Russia,15101
""".encode()

UK_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<Designations>
  <DateGenerated>03/05/2026</DateGenerated>
  <Designation>
    <UniqueID>RUS0101</UniqueID><OFSIGroupID>15101</OFSIGroupID>
    <Names>
      <Name><Name1>Viktor</Name1><Name2>Ilyich</Name2><Name6>Zarubin-Demov</Name6><NameType>Primary Name</NameType></Name>
      <Name><Name6>Vitya</Name6><NameType>Alias</NameType><AliasStrength>Weak</AliasStrength></Name>
    </Names>
    <NonLatinNames><NonLatinName><NameNonLatinScript>Виктор Зарубин-Демов</NameNonLatinScript></NonLatinName></NonLatinNames>
    <RegimeName>Russia</RegimeName><IndividualEntityShip>Individual</IndividualEntityShip><SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
    <Addresses><Address><AddressLine1>1 Fjord Street</AddressLine1><AddressCountry>Russia</AddressCountry></Address></Addresses>
    <IndividualDetails><Individual>
      <DOBs><DOB>02/05/1961</DOB><DOB>dd/mm/1962</DOB></DOBs><Nationalities><Nationality>Russia</Nationality></Nationalities>
      <PassportDetails><Passport><PassportNumber>71 1234567</PassportNumber></Passport></PassportDetails>
    </Individual></IndividualDetails>
  </Designation>
  <Designation>
    <UniqueID>RUS0103</UniqueID>
    <Names><Name><Name6>Grimtide Wanderer</Name6><NameType>Primary Name</NameType></Name></Names>
    <RegimeName>Russia</RegimeName><IndividualEntityShip>Ship</IndividualEntityShip><SanctionsImposed>Prohibition of port entry</SanctionsImposed>
    <ShipDetails><Ship>
      <IMONumbers><IMONumber>9074729</IMONumber></IMONumbers>
      <CurrentBelievedFlagOfShips><CurrentBelievedFlagOfShip>Panama</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips>
    </Ship></ShipDetails>
  </Designation>
  <Designation>
    <UniqueID>RUS0102</UniqueID>
    <Names>
      <Name><Name6>Krakenfjord Bank</Name6><NameType>Primary Name</NameType></Name>
      <Name><Name6>KFB</Name6><NameType>Alias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name>
    </Names>
    <RegimeName>Russia</RegimeName><IndividualEntityShip>Entity</IndividualEntityShip><SanctionsImposed>Asset freeze</SanctionsImposed>
    <OtherInformation>SWIFT: KRKNKPPYXXX</OtherInformation>
    <EntityDetails><Entity><BusinessRegistrationNumbers>
      <BusinessRegistrationNumber>SWIFT/BIC: KRKNRUMM</BusinessRegistrationNumber><BusinessRegistrationNumber>OGRN 1027700001234</BusinessRegistrationNumber>
    </BusinessRegistrationNumbers></Entity></EntityDetails>
  </Designation>
</Designations>
""".encode()
