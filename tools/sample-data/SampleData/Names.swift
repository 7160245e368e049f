/// Made-up people and places: names from many parts of the world, joined by chance.
enum Names {
    static let girls = [
        "Adaeze", "Aisling", "Amara", "Anwen", "Ayşe", "Beatrix", "Bronwyn", "Chiara", "Dilys", "Efua", "Elif", "Esme",
        "Farzana", "Freya", "Gwen", "Habiba", "Imogen", "Inês", "Isla", "Jadwiga", "Jiayi", "Kamila", "Keziah",
        "Lakshmi",
        "Leilani", "Lowri", "Maeve", "Marigold", "Mei", "Nadifa", "Nkechi", "Noor", "Olwen", "Parveen", "Petra",
        "Priya",
        "Rosalind", "Roya", "Ruqayyah", "Saffron", "Siân", "Tamsin", "Thandiwe", "Temperance", "Ursula", "Winifred",
        "Xin",
        "Yetunde", "Zainab", "Zoë", "Zuzanna",
    ]
    static let boys = [
        "Abdirahman", "Alasdair", "Anselm", "Arjun", "Bartosz", "Bilal", "Caspian", "Chidi", "Cillian", "Dafydd",
        "Dmitri",
        "Ebenezer", "Emeka", "Emrys", "Farid", "Fergus", "Gethin", "Gurdeep", "Hamza", "Haoran", "Ikenna", "Ivo",
        "Jaspal",
        "João", "Kofi", "Kwabena", "Lachlan", "Łukasz", "Magnus", "Mihai", "Musa", "Nikhil", "Obadiah", "Ossian",
        "Oğuz",
        "Piotr", "Rafferty", "Rhodri", "Rohan", "Samir", "Seung", "Tariq", "Tendai", "Thaddeus", "Umar", "Vikram",
        "Wilfred",
        "Xavier", "Yusuf", "Zachariah", "Zoltán",
    ]
    static let surnames = [
        "Abara", "Achterberg", "Adomako", "Ainsworth-Pell", "Amoah", "Ashcombe", "Bajwa", "Balogun", "Barczak", "Begum",
        "Birtwhistle", "Bhogal", "Braithby", "Buczek", "Cadwaladr", "Calloway", "Castellanos", "Chanda", "Chowdhury",
        "Corrigan",
        "Culpepper", "D'Almeida", "Dhaliwal", "Dlamini", "Dombrowska", "Drinkwater", "Eberechi", "El-Amin",
        "Entwhistle",
        "Eze", "Fairweather", "Farouk", "Featherstone", "Fonseca", "Gashi", "Gatenby", "Ghorbani", "Grzelak", "Gyamfi",
        "Hallworthy", "Haddad", "Hosseini", "Huckleby", "Ibekwe", "Iqbal", "Islam", "Jankowska", "Jeyarajah",
        "Jolliffe",
        "Kaczmarek", "Kapoor", "Karimi", "Kittredge", "Koroma", "Lathbury", "Lindqvist", "Llewelyn-Parr", "Lovelock",
        "Mahlangu",
        "Marchetti", "McGillicuddy", "Mensah", "Merriweather", "Mwangi", "Naidoo", "Nguyễn", "Nwosu", "O'Dubhghaill",
        "O'Malley", "Ochieng", "Okonjo", "Osei", "Oyelaran", "Padgett", "Panesar", "Pawlak", "Penhaligon", "Petrović",
        "Poonawalla",
        "Quartermaine", "Rahmani", "Rasmussen", "Ravenscroft", "Rezaei", "Rowbotham", "Sandhu", "Santos-Lima",
        "Shabani", "Sidhu",
        "Skelhorn", "Sobczak", "Stainthorpe", "Szabó", "Tadesse", "Thistlewood", "Tran", "Trevithick", "Twelvetrees",
        "Uddin", "Umeh", "Vangelis", "Vasile", "Venkataraman", "Wanjiru", "Warboys", "Weatherby", "Wojtowicz",
        "Wolstencroft",
        "Xiong", "Yamauchi", "Yeboah", "Yıldız", "Younis", "Zarandi", "Zielińska", "Zuberi",
    ]
    static let streets = [
        "Alder Close", "Barley Mow Lane", "Bishop's Walk", "Bramble Way", "Canal Street", "Chalk Hill", "Cooper's Yard",
        "Damson Road", "Fennel Row", "Foundry Street", "Gasworks Lane", "Harrier Drive", "Ivy Terrace",
        "Jubilee Crescent",
        "Kiln Road", "Larkspur Avenue", "Malthouse Court", "Meeting House Lane", "Nettle Hill", "Orchard Rise",
        "Packhorse Road",
        "Quarry Bank", "Ropewalk", "Saddler's Mews", "Tannery Road", "Teasel Close", "Union Street", "Viaduct Road",
        "Watermill Lane", "Wren Gardens",
    ]
    static let towns = [
        "Ambercombe", "Brindleford", "Cold Harbourne", "Dunmarsh", "Elmsworth", "Fenwick Magna", "Gorsley Heath",
        "Hartlebridge",
    ]
    static let localities = ["", "", "", "Northgate", "Millside", "Uppertown"]
    static let schoolNames = [
        "Larkfield", "Beacon Hill", "Cherry Orchard", "Priory Meadow", "Silverdale", "Thornbury Road", "Whitewater",
        "Kestrel",
        "Old Quay", "Saltmarsh", "Hollybush", "Ferry Lane", "Windmill", "Stonebridge", "Greenacre", "Harbour View",
    ]

    /// A name as the first part of an e-mail address: its letters without marks, in lower case.
    static func mailbox(_ name: String) -> String {
        var text = ""
        for character in name.lowercased() {
            if let plain = unmarked[character] {
                text.append(plain)
            } else if character.isASCII, character.isLetter {
                text.append(character)
            }
        }
        return text
    }

    private static let unmarked: [Character: Character] = [
        "ş": "s", "ê": "e", "â": "a", "ë": "e", "ł": "l", "ã": "a", "ğ": "g", "á": "a", "ó": "o", "ễ": "e", "ć": "c",
        "ı": "i", "ń": "n",
    ]
}
