//! The grounds in law for a conflict of interest, and the sentence that is declared. Data.
//!
//! Sources: förvaltningslagen (2017:900) 16 §, whose first paragraph has four points; for a region's own people also
//! kommunallagen (2017:725) 6 kap. 28 § through 7 kap. 4 §, where it differs. The wording here is shortened.

use crate::identity::Organisation;
use crate::text::{Lang, Text};

/// The version of the texts below that a declaration records. Changes with any of them.
pub const TEXT_VERSION: &str = "2026-1";

/// A ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// Stable id, as stored.
    pub id: &'static str,
    /// Only for people of this organisation; none means for everybody.
    pub only: Option<Organisation>,
    /// The law.
    pub law: &'static str,
    /// Chapter, section and point.
    pub paragraph: &'static str,
    sv: &'static str,
    en: &'static str,
}

impl Ground {
    /// What the ground says.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &'static str {
        lang.t(self.sv, self.en)
    }
}

const ADMINISTRATIVE_PROCEDURE_ACT: &str = "Förvaltningslagen (2017:900)";
const LOCAL_GOVERNMENT_ACT: &str = "Kommunallagen (2017:725)";

/// Every ground, in the order of the form.
pub const ALL: &[Ground] = &[
    Ground {
        id: "fl-16-1",
        only: None,
        law: ADMINISTRATIVE_PROCEDURE_ACT,
        paragraph: "16 § 1",
        sv: "Jag eller någon närstående är part, eller kan antas bli påverkad i en inte oväsentlig utsträckning.",
        en: "I or somebody close to me is a party, or may be affected to a not insignificant extent.",
    },
    Ground {
        id: "fl-16-2",
        only: None,
        law: ADMINISTRATIVE_PROCEDURE_ACT,
        paragraph: "16 § 2",
        sv: "Jag eller någon närstående är eller har varit ställföreträdare eller ombud för den som berörs.",
        en: "I or somebody close to me is or has been a representative or agent of somebody concerned.",
    },
    Ground {
        id: "fl-16-3",
        only: None,
        law: ADMINISTRATIVE_PROCEDURE_ACT,
        paragraph: "16 § 3",
        sv: "Jag har tagit ställning till samma frågor i ett ärende hos en annan myndighet som nu ska överprövas.",
        en: "I have taken a position on the same questions at another authority, which are now to be reviewed.",
    },
    Ground {
        id: "kl-6-28-3",
        only: Some(Organisation::Region),
        law: LOCAL_GOVERNMENT_ACT,
        paragraph: "6 kap. 28 § 3, 7 kap. 4 §",
        sv: "Ärendet rör tillsyn över en verksamhet som jag själv är knuten till.",
        en: "The case is about supervision of an activity that I myself am tied to.",
    },
    Ground {
        id: "fl-16-4",
        only: None,
        law: ADMINISTRATIVE_PROCEDURE_ACT,
        paragraph: "16 § 4",
        sv: "Det finns någon annan särskild omständighet, till exempel nära samarbete, handledning eller samma \
             arbetsplats, som gör att min opartiskhet kan ifrågasättas.",
        en: "There is some other particular circumstance, such as close collaboration, supervision or a shared \
             workplace, that puts my impartiality in question.",
    },
];

/// What somebody without a conflict declares.
#[must_use]
pub fn statement() -> Text {
    Text::new(
        "Jag känner inte till någon omständighet som kan göra mig jävig i ärendet, och anmäler genast om någon \
         tillkommer.",
        "I know of no circumstance that may disqualify me in the case, and report at once if one arises.",
    )
}

/// The grounds that somebody of an organisation chooses among.
pub fn open_to(organisation: Organisation) -> impl Iterator<Item = &'static Ground> {
    ALL.iter().filter(move |ground| ground.only.is_none_or(|only| only == organisation))
}

/// The ground with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Ground> {
    ALL.iter().find(|ground| ground.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ground_stands_once_and_in_both_languages() {
        for (at, ground) in ALL.iter().enumerate() {
            assert_eq!(ALL.iter().position(|other| other.id == ground.id), Some(at));
            assert!(!ground.text(Lang::Sv).is_empty() && ground.text(Lang::Sv) != ground.text(Lang::En));
        }
    }

    #[test]
    fn the_ground_of_the_local_government_act_is_the_regions_alone() {
        assert_eq!(open_to(Organisation::University).count(), ALL.len() - 1);
        assert_eq!(open_to(Organisation::Region).count(), ALL.len());
    }
}
