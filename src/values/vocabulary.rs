//! Closed vocabularies: enums written in UPPER_SNAKE_CASE, stored as text, labelled in both languages.

use crate::codes::Text;

/// A word of a vocabulary with its label.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    pub code: &'static str,
    pub label: Text,
}

/// A closed vocabulary. A new word does not compile until every `match` has decided about it.
pub trait Vocabulary: Sized + Copy + 'static {
    /// Words in their natural order.
    const WORDS: &'static [(Self, Label)];

    fn code(self) -> &'static str;

    fn from_code(code: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, label)| label.code == code).map(|(word, _)| *word)
    }
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident $code:literal $vi:literal | $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow, utoipa::ToSchema,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$word_doc])* #[schema(rename = $code)] $word),* }

        impl $crate::values::Vocabulary for $name {
            const WORDS: &'static [(Self, $crate::values::Label)] = &[
                $(($name::$word, $crate::values::Label { code: $code, label: $crate::codes::Text { vi: $vi, en: $en } })),*
            ];

            fn code(self) -> &'static str {
                match self { $($name::$word => $code),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::values::Vocabulary::code(*self))
            }
        }

        impl $crate::values::Scalar for $name {
            const NAME: &'static str = stringify!($name);
            const DESCRIPTION: &'static str = concat!("One of ", $($code, " "),*);
            const PATTERN: &'static str = "^[A-Z][A-Z0-9_]*$";
            const LENGTH: (usize, usize) = (1, 40);
            const EXAMPLE: &'static str = [$($code),*][0];

            fn parse(text: &str) -> Result<Self, $crate::error::Flaw> {
                <$name as $crate::values::Vocabulary>::from_code(text).ok_or_else(|| {
                    $crate::error::Flaw::new($crate::codes::Code::UnknownValue)
                        .with("allowed", [$($code),*].join(", "))
                })
            }

            fn text(&self) -> String {
                $crate::values::Vocabulary::code(*self).to_owned()
            }
        }

        impl ::deserr::Deserr<$crate::error::Faults> for $name {
            fn deserialize_from_value<V: ::deserr::IntoValue>(
                value: ::deserr::Value<V>,
                location: ::deserr::ValuePointerRef<'_>,
            ) -> Result<Self, $crate::error::Faults> {
                $crate::values::scalar::from_body(value, location)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::values::Vocabulary::code(*self))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::values::Scalar>::parse(&text)
                    .map_err(|_| ::serde::de::Error::unknown_variant(&text, &[$($code),*]))
            }
        }

        $crate::values::storage::stored_as_text!($name);
    };
}
pub(crate) use vocabulary;

#[cfg(test)]
mod tests {
    use crate::values::{Confidence, Vocabulary};

    #[test]
    fn a_word_is_found_by_its_code_alone() {
        for (word, label) in Confidence::WORDS {
            assert_eq!((word.code(), Confidence::from_code(label.code)), (label.code, Some(*word)));
        }
        assert_eq!(Confidence::from_code("verified"), None);
    }
}
