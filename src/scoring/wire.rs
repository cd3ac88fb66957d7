//! How cases and results are read and written where serde alone does not do it: a list in an object's place and a name
//! twice are refused; a fraction may be `null`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

/// A value that is read from a JSON object and nothing else.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;
            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<T, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        from.deserialize_map(Fields(PhantomData)).map(Object)
    }
}

/// Reads an object.
pub(super) fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Object::deserialize(from).map(|object| object.0)
}

/// Reads an object or `null`.
pub(super) fn optional<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Option::<Object<T>>::deserialize(from).map(|object| object.map(|object| object.0))
}

/// Reads a list of objects.
pub(super) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(from)?.into_iter().map(|object| object.0).collect())
}

/// Reads objects by name; a name may stand once.
pub(super) fn by_name<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    struct Names<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Names<T> {
        type Value = BTreeMap<String, T>;
        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("an object of criteria")
        }
        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut named = BTreeMap::new();
            while let Some((name, Object(value))) = map.next_entry::<String, Object<T>>()? {
                if named.contains_key(&name) {
                    return Err(de::Error::custom(format_args!("`{name}` stands twice")));
                }
                named.insert(name, value);
            }
            Ok(named)
        }
    }
    from.deserialize_map(Names(PhantomData))
}

/// A fraction as text, or `null`.
pub(super) mod maybe_fraction {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::forms::rules::fraction;
    use crate::number::Fraction;

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Number(#[serde(with = "fraction")] Fraction);

    /// Reads a number or `null`.
    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Fraction>, D::Error> {
        Ok(Option::<Number>::deserialize(from)?.map(|number| number.0))
    }

    /// Writes the text in lowest terms, or `null`.
    #[expect(clippy::ref_option, reason = "serde passes a reference")]
    pub(in super::super) fn serialize<S: Serializer>(
        value: &Option<Fraction>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => fraction::serialize(value, to),
            None => to.serialize_none(),
        }
    }
}
