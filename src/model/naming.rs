//! Names that follow from other names: root fields, enum values, type names.

/// The root field that answers one entity: `Bridge` gives `bridge`, `USBridge` gives `usBridge`.
///
/// ```
/// use onrecord::model::naming::singular_field;
/// assert_eq!(singular_field("Bridge"), "bridge");
/// ```
#[must_use]
pub fn singular_field(type_name: &str) -> String {
    let mut words = words(type_name).into_iter();
    let mut field = words
        .next()
        .map(str::to_ascii_lowercase)
        .unwrap_or_default();
    field.extend(words);
    field
}

/// The root field that answers many entities: `City` gives `cities`. It always differs
/// from [`singular_field`].
///
/// ```
/// use onrecord::model::naming::plural_field;
/// assert_eq!(plural_field("City"), "cities");
/// ```
#[must_use]
pub fn plural_field(type_name: &str) -> String {
    let singular = singular_field(type_name);
    let last = words(type_name).pop().unwrap_or_default();
    // The first word is lower case in a field, every other one begins with a capital.
    let stem = &singular[..singular.len() - last.len()];
    let word = &singular[stem.len()..];
    format!("{stem}{}", plural(word))
}

/// The name as an enum's value: `UsBridge` gives `US_BRIDGE`.
#[must_use]
pub fn screaming_snake(name: &str) -> String {
    words(name).join("_").to_ascii_uppercase()
}

/// An enum's value as the name of a type: `MADE_BY` gives `MadeBy`.
#[must_use]
pub fn pascal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        out.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        out.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    }
    out
}

/// The words of a field's name apart: `commitmentsReceived` gives `commitments received`.
#[must_use]
pub fn spaced(name: &str) -> String {
    words(name).join(" ").to_ascii_lowercase()
}

/// The words of a name in `PascalCase` or `camelCase`; a run of capitals is one word, digits
/// belong to the word before them.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    for (place, &(at, letter)) in letters.iter().enumerate().skip(1) {
        let before = letters[place - 1].1;
        let after = letters.get(place + 1).map(|&(_, letter)| letter);
        let begins = letter.is_ascii_uppercase()
            && (!before.is_ascii_uppercase()
                || after.is_some_and(|after| after.is_ascii_lowercase()));
        if letter == '_' || begins {
            words.push(&name[start..at]);
            start = if letter == '_' { at + 1 } else { at };
        }
    }
    words.push(&name[start..]);
    words.retain(|word| !word.is_empty());
    words
}

/// The plural of an English noun, as far as rules go.
fn plural(word: &str) -> String {
    for (one, many) in [
        ("erson", "eople"),
        ("hild", "hildren"),
        ("oman", "omen"),
        ("an", "en"),
    ] {
        let irregular = match one {
            "erson" => ["person", "Person"],
            "hild" => ["child", "Child"],
            "oman" => ["woman", "Woman"],
            _ => ["man", "Man"],
        };
        if irregular.contains(&word) {
            return word.replacen(one, many, 1);
        }
    }
    let lower = word.to_ascii_lowercase();
    if let Some(stem) = lower.strip_suffix("sis") {
        return format!("{}ses", &word[..stem.len()]);
    }
    if let Some(stem) = lower.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
        && !stem.is_empty()
    {
        return format!("{}ies", &word[..stem.len()]);
    }
    if ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| lower.ends_with(end))
    {
        return format!("{word}es");
    }
    format!("{word}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_english() {
        for (name, one, many) in [
            ("Commitment", "commitment", "commitments"),
            ("Country", "country", "countries"),
            ("Measure", "measure", "measures"),
            ("Trip", "trip", "trips"),
            ("Day", "day", "days"),
            ("Address", "address", "addresses"),
            ("Branch", "branch", "branches"),
            ("Box", "box", "boxes"),
            ("Crisis", "crisis", "crises"),
            ("Person", "person", "people"),
            ("UsPerson", "usPerson", "usPeople"),
            ("Human", "human", "humans"),
            ("Woman", "woman", "women"),
            ("Child", "child", "children"),
            ("Series", "series", "serieses"),
            ("USBody", "usBody", "usBodies"),
            ("UN", "un", "uns"),
            ("Y", "y", "ys"),
            ("Co2Report", "co2Report", "co2Reports"),
        ] {
            assert_eq!(
                (singular_field(name), plural_field(name)),
                (one.into(), many.into())
            );
        }
    }

    #[test]
    fn names_change_case() {
        assert_eq!(screaming_snake("UsPerson"), "US_PERSON");
        assert_eq!(screaming_snake("Commitment"), "COMMITMENT");
        assert_eq!(screaming_snake("USPerson"), "US_PERSON");
        assert_eq!(screaming_snake("Co2Report"), "CO2_REPORT");
        assert_eq!(pascal("MADE_BY"), "MadeBy");
        assert_eq!(pascal("A"), "A");
    }
}
