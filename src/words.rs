//! Enumerations that are words: as stored and in the API, and as people read them in both languages.

/// Makes an enumeration whose values each have a stored text and a word in Swedish and English.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal, $sv:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// As stored and in the API.
            #[must_use]
            pub fn as_str(&self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// Reads the stored text.
            #[must_use]
            pub fn from_text(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }

            /// The word on pages.
            #[must_use]
            pub fn word(&self, lang: $crate::text::Lang) -> &'static str {
                match self { $($name::$variant => lang.t($sv, $en),)+ }
            }
        }
    };
}
pub(crate) use words;
