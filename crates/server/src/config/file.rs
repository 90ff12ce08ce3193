//! The TOML file: its values as text, each with the line it stands on.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::setting::{ConfigError, Setting, Shape, settings};

/// A value of the file, as it would be written in the environment.
pub(super) struct Found {
    pub setting: &'static Setting,
    pub text: String,
    pub line: usize,
}

/// Reads the settings that a file has. An unknown one is an error: it would otherwise be a typo that nobody sees.
pub(super) fn read(path: &Path) -> Result<Vec<Found>, ConfigError> {
    let shown = path.display();
    let content = std::fs::read_to_string(path)
        .map_err(|error| ConfigError(format!("The settings file {shown} cannot be read: {error}.")))?;
    let line_at = |offset: usize| content.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let table = DeTable::parse(&content).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(span.start));
        ConfigError(format!(
            "{shown}, line {line}, is not valid TOML: {}.",
            error.message().trim_end_matches('.')
        ))
    })?;
    let mut all = Vec::new();
    for (section, value) in table.get_ref() {
        let line = line_at(section.span().start);
        let name = section.get_ref().as_ref();
        if !settings().any(|setting| setting.section == name) {
            let sections = settings().map(|setting| setting.section);
            let hint = closest(name, sections).map_or_else(String::new, |known| format!(" Did you mean [{known}]?"));
            return Err(ConfigError(format!(
                "{shown}, line {line}: there is no section or setting {name:?}.{hint}"
            )));
        }
        let DeValue::Table(keys) = value.get_ref() else {
            return Err(ConfigError(format!(
                "{shown}, line {line}: {name} must be a section, written [{name}]."
            )));
        };
        for (key, value) in keys {
            let line = line_at(key.span().start);
            let key = key.get_ref().as_ref();
            let Some(setting) = settings().find(|setting| setting.section == name && setting.key == key) else {
                let keys = settings()
                    .filter(|setting| setting.section == name)
                    .map(|setting| setting.key);
                let hint = closest(key, keys).map_or_else(String::new, |known| format!(" Did you mean {known:?}?"));
                return Err(ConfigError(format!(
                    "{shown}, line {line}: [{name}] has no setting {key:?}.{hint}"
                )));
            };
            let text = text(setting.shape, value.get_ref()).map_err(|wanted| {
                ConfigError(format!(
                    "{} must be {wanted} ({name}.{key} in {shown}, line {line}).",
                    setting.env
                ))
            })?;
            all.push(Found { setting, text, line });
        }
    }
    Ok(all)
}

/// The value as the environment would have it, or what it should have been.
fn text(shape: Shape, value: &DeValue<'_>) -> Result<String, &'static str> {
    match (shape, value) {
        (Shape::Text | Shape::Secret | Shape::List, DeValue::String(text)) => Ok(text.to_string()),
        (Shape::Number, DeValue::Integer(number)) if number.radix() == 10 => Ok(number.as_str().replace('_', "")),
        (Shape::List, DeValue::Array(parts)) => {
            let mut texts = Vec::with_capacity(parts.len());
            for part in parts {
                let DeValue::String(text) = part.get_ref() else {
                    return Err("a list of texts in quotes");
                };
                texts.push(text.as_ref());
            }
            Ok(texts.join(","))
        }
        (Shape::Text | Shape::Secret, _) => Err("a text in quotes"),
        (Shape::Number, _) => Err("a whole number without quotes"),
        (Shape::List, _) => Err("a list of texts in quotes"),
    }
}

/// The known name that is nearest to a mistyped one, if any is near.
pub(super) fn closest(typed: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let near = |name: &'static str| (distance(typed, name), name);
    known
        .map(near)
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 2)
        .map(|(_, name)| name)
}

/// How many characters one must insert, remove or replace to get from one text to the other (Levenshtein).
pub(super) fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_a_likely_typo_or_none() {
        let known = || ["port", "bind", "frontend_url"].into_iter();
        assert_eq!(closest("prot", known()), Some("port"));
        assert_eq!(closest("frontent_url", known()), Some("frontend_url"));
        assert_eq!(closest("wholly_different", known()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
