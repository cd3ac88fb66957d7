//! Names of people who do not exist, and cannot be taken for anybody who does.

use super::dice::Dice;
use super::units::plain;
use crate::identity::Organisation;

const FIRST: [&str; 72] = [
    "Maja",
    "Olle",
    "Astrid",
    "Nils",
    "Fatima",
    "Erik",
    "Linnea",
    "Yusuf",
    "Karin",
    "Anders",
    "Sara",
    "Johan",
    "Leila",
    "Per",
    "Ingrid",
    "Mattias",
    "Elsa",
    "Ahmed",
    "Birgitta",
    "Gustav",
    "Amina",
    "Henrik",
    "Sofia",
    "Bengt",
    "Zahra",
    "Lars",
    "Ebba",
    "Dragan",
    "Margareta",
    "Viktor",
    "Hanna",
    "Rashid",
    "Lena",
    "Oskar",
    "Mina",
    "Sven",
    "Tove",
    "Emil",
    "Parisa",
    "Göran",
    "Alva",
    "Jonas",
    "Nadia",
    "Ulf",
    "Frida",
    "Samir",
    "Eva",
    "Axel",
    "Maria",
    "Tomas",
    "Selma",
    "Hugo",
    "Agneta",
    "Ivan",
    "Klara",
    "Magnus",
    "Iris",
    "Peter",
    "Vera",
    "Stefan",
    "Ellen",
    "Adam",
    "Gunilla",
    "Felix",
    "Ida",
    "Rolf",
    "Stina",
    "Arvid",
    "Moa",
    "Kerstin",
    "Isak",
    "Annika",
];

const LAST: [&str; 40] = [
    "Exempelsson",
    "Påhittad",
    "Låtsasson",
    "Fiktivberg",
    "Provlund",
    "Testander",
    "Mönsterstedt",
    "Sagolund",
    "Övningsberg",
    "Demosson",
    "Skissgren",
    "Tänkdal",
    "Fantasén",
    "Hittepåsson",
    "Låtsasgren",
    "Övningsgren",
    "Provdal",
    "Mallström",
    "Utkastén",
    "Platshållarsson",
    "Romanberg",
    "Exempelgren",
    "Provsson",
    "Sagosson",
    "Fabelqvist",
    "Modellund",
    "Påhittgren",
    "Repetitionsson",
    "Genrepsson",
    "Rollström",
    "Kulissberg",
    "Fiktivsson",
    "Mönstergren",
    "Tänktsson",
    "Skisslund",
    "Sagogren",
    "Exempelby",
    "Provkvist",
    "Låtsaslund",
    "Demoström",
];

/// A person to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invented {
    /// Full name.
    pub name: String,
    /// Address in a domain that cannot exist.
    pub email: String,
    /// The authority represented.
    pub organisation: Organisation,
}

/// Hands out names, none twice.
#[derive(Debug)]
pub struct Names {
    left: Vec<(&'static str, &'static str)>,
    dice: Dice,
}

impl Names {
    /// Every name, in an order of the seed.
    #[must_use]
    pub fn new(seed: u64) -> Names {
        let left = FIRST.iter().flat_map(|first| LAST.iter().map(move |last| (*first, *last))).collect();
        Names { left, dice: Dice::of(seed, "names") }
    }

    /// The next person.
    pub fn next(&mut self, organisation: Organisation) -> Invented {
        let end = i64::try_from(self.left.len()).unwrap_or(i64::MAX);
        let at = usize::try_from(self.dice.below(end)).unwrap_or_default();
        let (first, last) =
            if at < self.left.len() { self.left.swap_remove(at) } else { ("Ingen", "Exempelsson") };
        let domain = match organisation {
            Organisation::University => "lu.example",
            Organisation::Region => "skane.example",
            Organisation::Other => "annan.example",
        };
        Invented {
            name: format!("{first} {last}"),
            email: format!("{}.{}@{domain}", plain(first), plain(last)),
            organisation,
        }
    }
}
