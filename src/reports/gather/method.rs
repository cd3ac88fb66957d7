//! How an evaluation is done, with the numbers of the form's own rules.

use crate::forms::{Form, Rules};
use crate::number::{Fraction, display_short};
use crate::reports::unit_report::Method;
use crate::text::Lang;

/// The headed texts of the method, in the order of the scoring model's chapter 7.
pub(super) fn texts(form: &Form, lang: Lang) -> Vec<Method> {
    let rules = &form.rules;
    [
        (lang.t("Skalan", "The scale"), scale(form, lang)),
        (lang.t("Från två bedömningar till en", "From two judgements to one"), two_to_one(rules, lang)),
        (lang.t("Poäng och ljus", "Scores and lights"), lights(rules, lang)),
        (lang.t("Omdöme", "Outcome"), outcomes(rules, lang)),
        (lang.t("Förändring", "Change"), change(rules, lang)),
    ]
    .map(|(title, text)| Method { title: title.to_owned(), text })
    .to_vec()
}

fn number(value: &Fraction) -> String {
    display_short(value, 2)
}

fn scale(form: &Form, lang: Lang) -> String {
    let levels: Vec<String> =
        form.scale.iter().map(|level| format!("{} {}", level.level, level.title.get(lang))).collect();
    let minimum = number(&form.rules.minimum_level);
    match lang {
        Lang::Sv => format!("{}. Ett minimikrav är uppfyllt från {minimum}.", levels.join(", ")),
        Lang::En => format!("{}. A minimum requirement is met from {minimum}.", levels.join(", ")),
    }
}

fn two_to_one(rules: &Rules, lang: Lang) -> String {
    let near = number(&rules.near);
    match lang {
        Lang::Sv => format!(
            "En granskare från Lunds universitet och en från Region Skåne har bedömt varje kriterium utan att se \
             varandras bedömning. Skiljer det högst {near} steg är värdet medelvärdet. Skiljer det mer, eller står \
             de på olika sidor om ett minimikrav, har de samtalat, och var och en har kunnat ändra sig en gång med \
             skäl. Står de fortfarande isär har en ytterligare granskare bedömt, och värdet är medianen av de tre.\n\n\
             Kriterier som inte är tillämpliga räknas inte. Ett kriterium utan underlag har värdet 0."
        ),
        Lang::En => format!(
            "One reviewer from Lund University and one from Region Skåne have judged each criterion without seeing \
             each other's judgement. A difference of at most {near} step gives the mean. If it is more, or if they \
             stand on different sides of a minimum requirement, they have discussed it, and each could change once, \
             with a reason. If they still stand apart, a further reviewer has judged, and the value is the median of \
             the three.\n\nCriteria that do not apply are not counted. A criterion without evidence has the value 0."
        ),
    }
}

fn lights(rules: &Rules, lang: Lang) -> String {
    let (green, yellow) = (number(&rules.green), number(&rules.yellow));
    let (green_share, yellow_share) = (number(&rules.area_green_share), number(&rules.area_yellow_share));
    match lang {
        Lang::Sv => format!(
            "Poängen för ett område är det vägda medelvärdet av dess kriterier, räknat om till 0–100. Den sammanlagda \
             poängen är det vägda medelvärdet av områdena.\n\nEtt kriterium är grönt från {green}, gult från {yellow} \
             och annars rött. Ett område är grönt när minst {green_share}\u{a0}% av dess kriterier är gröna, gult när \
             minst {yellow_share}\u{a0}% är gröna eller gula och annars rött. Ett minimikrav som inte är uppfyllt gör \
             området högst gult."
        ),
        Lang::En => format!(
            "The score of an area is the weighted mean of its criteria on 0–100. The total is the weighted mean of the \
             areas.\n\nA criterion is green from {green}, yellow from {yellow} and otherwise red. An area is green \
             when at least {green_share}% of its criteria are green, yellow when at least {yellow_share}% are green \
             or yellow and otherwise red. An unmet minimum requirement makes the area yellow at most."
        ),
    }
}

fn outcomes(rules: &Rules, lang: Lang) -> String {
    let (missing, unmet) = (number(&rules.greatest_missing_share), rules.insufficient_unmet);
    let (low, approved, area) =
        (number(&rules.insufficient_total), number(&rules.approved_total), number(&rules.approved_area));
    let (high, high_area) = (number(&rules.exemplary_total), number(&rules.exemplary_area));
    let (years, without_plan) = (rules.unmet_years, rules.unmet_years_without_plan);
    match lang {
        Lang::Sv => format!(
            "Omdömet prövas i ordningen E, O, V, F, G, och det första som stämmer gäller.\n\nE Ej bedömbar: inte \
             inlämnad, eller underlag saknas för mer än {missing}\u{a0}% av vikten.\n\nO Otillräcklig: minst {unmet} \
             minimikrav inte uppfyllda, poäng under {low}, eller samma minimikrav inte uppfyllt {years} år i rad \
             ({without_plan} år utan godkänd åtgärdsplan).\n\nV Godkänd med krav på åtgärder: ett minimikrav inte \
             uppfyllt, poäng under {approved}, eller ett område under {area}.\n\nF Godkänd, föredöme: poäng från \
             {high} och inget område under {high_area}.\n\nG Godkänd: övriga."
        ),
        Lang::En => format!(
            "The outcome is tried in the order E, O, V, F, G, and the first that fits applies.\n\nE Not assessable: \
             not submitted, or evidence missing for more than {missing}% of the weight.\n\nO Insufficient: at least \
             {unmet} minimum requirements not met, a total below {low}, or the same minimum unmet {years} years \
             running ({without_plan} years without an accepted plan).\n\nV Approved with conditions: a minimum \
             requirement not met, a total below {approved}, or an area below {area}.\n\nF Approved, exemplary: a \
             total from {high} and no area below {high_area}.\n\nG Approved: all others."
        ),
    }
}

fn change(rules: &Rules, lang: Lang) -> String {
    let (total, area, share) =
        (number(&rules.change_total), number(&rules.change_area), number(&rules.comparable_share));
    match lang {
        Lang::Sv => format!(
            "Två år jämförs bara på kriterier som är lika båda åren, och bara när de har minst {share}\u{a0}% av \
             vikten. En förändring räknas från {total} poäng sammanlagt och från {area} poäng i ett område. Mindre \
             skillnader går inte att skilja från slumpen."
        ),
        Lang::En => format!(
            "Two years are compared only on criteria that are the same in both, and only when those hold at least \
             {share}% of the weight. A change counts from {total} points in total and from {area} points in an area. \
             Smaller differences cannot be told from chance."
        ),
    }
}
