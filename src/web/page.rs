//! What every page shares: title, language, theme, who reads it, menu, way back, and what its forms must carry.

use askama::filters::Safe;

use super::visit::Visit;
use super::{assets, navigation};
use crate::config::secret::Key;
use crate::identity::standing::Standing;
use crate::ids::{SessionId, Source};
use crate::text::{Lang, Text};

/// Light, dark, or as the reader's machine has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the machine has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As in the cookie.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads the cookie; anything unknown is [`Theme::Auto`].
    #[must_use]
    pub fn from_text(text: &str) -> Theme {
        match text {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }
}

/// A message on top of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `ok`, `info`, `warn` or `danger`: how it looks.
    pub tone: String,
    /// One or two sentences.
    pub text: String,
}

impl Notice {
    /// Something was done: past tense.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Notice {
        Notice { tone: "ok".to_owned(), text: text.into() }
    }

    /// Something to know.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Notice {
        Notice { tone: "info".to_owned(), text: text.into() }
    }

    /// Something was not done.
    #[must_use]
    pub fn danger(text: impl Into<String>) -> Notice {
        Notice { tone: "danger".to_owned(), text: text.into() }
    }

    /// The icon beside it.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self.tone.as_str() {
            "ok" => "i-check",
            "info" => "i-info",
            _ => "i-alert",
        }
    }
}

/// An item of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Its address.
    pub href: &'static str,
    /// Its words.
    pub label: &'static str,
    /// Whether the reader is there.
    pub current: bool,
}

/// A step on the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its words.
    pub label: String,
    /// Its address; none for the page itself.
    pub href: Option<String>,
}

/// A theme to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThemeChoice {
    /// As it is sent.
    pub value: &'static str,
    /// Its word.
    pub label: &'static str,
    /// Whether it is chosen now.
    pub chosen: bool,
}

/// Who reads the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Full name.
    pub name: String,
    /// First letters of the first and last name.
    pub initials: String,
    /// The roles held, in words.
    pub roles: String,
}

/// What the layout needs. Make it with `viewer.page("…")` or `visitor.page("…")`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The title of the window; [`Page::heading`] is the page's own.
    pub title: String,
    /// The language of every text.
    pub lang: Lang,
    /// The theme.
    pub theme: Theme,
    /// The page's own address with its query: where language and theme forms come back to.
    pub path: String,
    /// Who reads it; none when nobody is signed in.
    pub reader: Option<Reader>,
    /// The menu.
    pub nav: Vec<NavItem>,
    /// The way back, from the top; empty on pages of the first level.
    pub crumbs: Vec<Crumb>,
    /// A message from the act before.
    pub notice: Option<Notice>,
    /// Seconds until the session ends by silence or by time; none when nobody is signed in.
    pub session_left: Option<i64>,
    /// Whether this is a rehearsal with fictional people.
    pub demo: bool,
    /// Where the reader reports a conflict of interest in the case that the page is about; none for who has no part in
    /// judging it.
    pub report_conflict: Option<String>,
    form_fields: String,
}

impl Page {
    pub(super) fn new(visit: &Visit, title: String) -> Page {
        let standing = visit.live.as_ref().map(|live| &live.standing);
        let reader = standing.map(|standing| Reader {
            name: standing.person.name.clone(),
            initials: initials(&standing.person.name),
            roles: navigation::roles(standing, visit.lang),
        });
        let form_fields =
            visit.live.as_ref().map(|live| form_fields(&visit.app.keys.forms, &visit.app.ids, &live.session));
        Page {
            title,
            lang: visit.lang,
            theme: visit.theme,
            path: visit.path.clone(),
            reader,
            nav: standing
                .map(|standing| navigation::items(standing, visit.lang, &visit.path))
                .unwrap_or_default(),
            crumbs: Vec::new(),
            notice: visit.notice.clone(),
            session_left: visit
                .live
                .as_ref()
                .map(|live| (live.ends_at - visit.app.clock.now()).num_seconds().max(0)),
            demo: visit.app.config.demo,
            report_conflict: standing.and_then(|standing| way_to_report(standing, &visit.path)),
            form_fields: form_fields.unwrap_or_default(),
        }
    }

    /// The title as the page's top heading: without the word that something on the page must be mended, which belongs to
    /// the window.
    #[must_use]
    pub fn heading(&self) -> &str {
        self.title.strip_prefix(self.t("Fel: ", "Error: ")).unwrap_or(&self.title)
    }

    /// Adds a step on the way back, from the top down; the page itself comes last by its heading.
    #[must_use]
    pub fn under(mut self, label: impl Into<String>, href: impl Into<String>) -> Page {
        let own = self.crumbs.pop();
        self.crumbs.push(Crumb { label: label.into(), href: Some(href.into()) });
        self.crumbs.push(own.unwrap_or(Crumb { label: self.heading().to_owned(), href: None }));
        self
    }

    /// Puts a message on top of this very page, such as the summary of what is wrong.
    #[must_use]
    pub fn with_notice(mut self, notice: Notice) -> Page {
        self.notice = Some(notice);
        self
    }

    /// The hidden fields that every form which changes something carries: its token and its key. Stands first in the
    /// form: `{{ page.form_fields() }}`.
    #[must_use]
    pub fn form_fields(&self) -> Safe<&str> {
        Safe(&self.form_fields)
    }

    /// The text of the page's language: `{{ page.t("Spara", "Save") }}`.
    #[must_use]
    pub fn t<'a>(&self, sv: &'a str, en: &'a str) -> &'a str {
        self.lang.t(sv, en)
    }

    /// A stored text in the page's language: `{{ page.text(criterion.title) }}`.
    #[must_use]
    pub fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// The theme, when the reader has fixed one.
    #[must_use]
    pub fn fixed_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::Auto).then(|| self.theme.as_str())
    }

    /// The themes to choose from.
    #[must_use]
    pub fn themes(&self) -> [ThemeChoice; 3] {
        [(Theme::Auto, "Auto", "Auto"), (Theme::Light, "Ljust", "Light"), (Theme::Dark, "Mörkt", "Dark")].map(
            |(theme, sv, en)| ThemeChoice {
                value: theme.as_str(),
                label: self.lang.t(sv, en),
                chosen: theme == self.theme,
            },
        )
    }

    /// The address of the style sheet.
    #[must_use]
    pub fn style(&self) -> &'static str {
        assets::style()
    }

    /// The address of the script.
    #[must_use]
    pub fn script(&self) -> &'static str {
        assets::script()
    }

    /// The address of the font.
    #[must_use]
    pub fn font(&self) -> &'static str {
        assets::font()
    }

    /// The program's version.
    #[must_use]
    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

/// What stands where a unit would in the addresses below `/cykel/{year}`.
const OF_YEAR: [&str; 10] = [
    "begar",
    "bekrafta",
    "datum",
    "enheter",
    "meddela",
    "ovning",
    "parning",
    "stang",
    "ta-tillbaka",
    "utskick",
];

/// The way to report a conflict of interest from a page about a case: told from the page's address, so that no page
/// can forget it.
fn way_to_report(standing: &Standing, path: &str) -> Option<String> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let mut parts = path.trim_start_matches('/').split('/');
    let (room, first, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (unit, year) = match room {
        "enhet" | "granska" => (first, second),
        "cykel" if second == "meddela" => (parts.next()?, first),
        "cykel" | "diarium" => (second, first),
        _ => return None,
    };
    if OF_YEAR.contains(&unit) {
        return None;
    }
    let year = year.parse().ok()?;
    let asks = path.ends_with("/jav");
    (!asks && standing.may_report(unit, year)).then(|| format!("/granska/{unit}/{year}/jav"))
}

fn form_fields(key: &Key, ids: &Source, session: &SessionId) -> String {
    format!(
        "<input type=\"hidden\" name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"nyckel\" value=\"{}\">",
        new_token(key, ids, session),
        short(ids)
    )
}

fn short(ids: &Source) -> String {
    ids.secret().chars().take(32).collect()
}

/// A form token of a session. Each looks different, so that compressed pages do not give it away piece by piece.
#[must_use]
pub fn new_token(key: &Key, ids: &Source, session: &SessionId) -> String {
    let salt = short(ids);
    let signature = key.sign(&format!("{session}:{salt}"));
    format!("{session}.{salt}.{signature}")
}

/// Whether a form token belongs to this session.
#[must_use]
pub fn is_token(key: &Key, session: &SessionId, token: &str) -> bool {
    session_of(key, token).is_some_and(|found| found == *session)
}

/// The session that a form token was made for; nothing when we did not make it.
#[must_use]
pub fn session_of(key: &Key, token: &str) -> Option<SessionId> {
    let (made_for, signature) = token.rsplit_once('.')?;
    let (session, salt) = made_for.split_once('.')?;
    key.verify(&format!("{session}:{salt}"), signature).then(|| SessionId::from(session.to_owned()))
}

fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_is_good_only_for_its_session_and_key() {
        let (key, other) = (Key::new(b"one"), Key::new(b"two"));
        let ids = Source::seeded(1);
        let (mine, yours) = (SessionId::from("mine".to_owned()), SessionId::from("yours".to_owned()));
        let token = new_token(&key, &ids, &mine);
        assert!(is_token(&key, &mine, &token));
        assert!(!is_token(&key, &yours, &token.replacen("mine", "yours", 1)));
        assert!(!is_token(&key, &yours, &token) && !is_token(&other, &mine, &token));
        assert!(
            !is_token(&key, &mine, "") && !is_token(&key, &mine, ".") && !is_token(&key, &mine, &token[..40])
        );
        assert_ne!(token, new_token(&key, &ids, &mine));
    }

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(initials("Maria Anna Ekdahl"), "ME");
        assert_eq!(initials("Åsa"), "Å");
    }
}
