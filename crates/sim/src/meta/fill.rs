//! A template's variables, held against what a message brings for them.

use super::templates::{LONGEST, MetaTemplate, kind, variables};
use super::wire::Refused;
use serde::Deserialize;
use serde_json::Value;

/// What a message brings for one component.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    sub_type: String,
    #[serde(default)]
    index: Option<Value>,
    #[serde(default)]
    parameters: Vec<Value>,
}

impl Given {
    /// The place of the button that it is for.
    fn place(&self) -> Option<usize> {
        match self.index.as_ref()? {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
            _ => None,
        }
    }
}

impl MetaTemplate {
    /// The body's variables with their values, if the message fits in all of its components.
    pub(super) fn fill(&self, given: &[Given]) -> Result<Vec<(String, String)>, Refused> {
        if let Some(odd) = given.iter().find(|part| !["HEADER", "BODY", "BUTTON"].contains(&part.kind.to_uppercase().as_str())) {
            return Err(Refused::parameter(format!("components: no type {}", odd.kind)));
        }
        self.fits_header(&brought(given, "HEADER")?)?;
        self.fits_buttons(given)?;
        let text = self.component("BODY").and_then(|body| body["text"].as_str()).unwrap_or_default();
        let filled = self.texts("body", text, &brought(given, "BODY")?)?;
        let length = filled.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
        if length.chars().count() > LONGEST {
            return Err(Refused::code(132_005, format!("The body has more than {LONGEST} characters once it is filled in.")));
        }
        Ok(filled)
    }

    fn component(&self, wanted: &str) -> Option<&Value> {
        self.components.iter().find(|part| kind(part) == wanted)
    }

    fn fits_header(&self, parameters: &[Value]) -> Result<(), Refused> {
        let header = self.component("HEADER");
        let format = header.and_then(|header| header["format"].as_str()).unwrap_or("TEXT").to_lowercase();
        if format == "text" {
            let text = header.and_then(|header| header["text"].as_str()).unwrap_or_default();
            return self.texts("header", text, parameters).map(|_| ());
        }
        let [only] = parameters else {
            return Err(Refused::code(132_012, format!("header: Format mismatch, expected {}, received UNKNOWN", format.to_uppercase())));
        };
        let media = &only[format.as_str()];
        let held = media["id"].is_string() != media["link"].is_string();
        if only["type"].as_str() == Some(format.as_str()) && held {
            return Ok(());
        }
        Err(Refused::code(132_012, format!("header: Format mismatch, expected {} with an id or a link", format.to_uppercase())))
    }

    /// Each button with a variable has what it needs, and no other has anything.
    fn fits_buttons(&self, given: &[Given]) -> Result<(), Refused> {
        let buttons = self.component("BUTTONS").and_then(|part| part["buttons"].as_array()).map(Vec::as_slice).unwrap_or_default();
        let brought: Vec<&Given> = given.iter().filter(|part| part.kind.eq_ignore_ascii_case("button")).collect();
        for (place, button) in buttons.iter().enumerate() {
            let open = button["url"].as_str().is_some_and(|url| url.contains("{{")) || kind(button) == "COPY_CODE";
            let found = brought.iter().find(|part| part.place() == Some(place));
            if open && found.is_none_or(|part| part.parameters.len() != 1) {
                let details = format!("buttons: Button at index {place} of type {} requires a parameter", kind(button));
                return Err(Refused::code(131_008, details));
            }
        }
        let lost = brought.iter().find(|part| part.place().is_none_or(|place| place >= buttons.len()) || part.sub_type.is_empty());
        match lost {
            Some(_) => {
                Err(Refused::code(132_000, "buttons: a component without a sub_type, or for a button that the template does not have"))
            }
            None => Ok(()),
        }
    }

    /// The variables of a text with their values.
    fn texts(&self, part: &str, text: &str, parameters: &[Value]) -> Result<Vec<(String, String)>, Refused> {
        let names = variables(text);
        if names.len() != parameters.len() {
            let (given, wanted) = (parameters.len(), names.len());
            let details = format!("{part}: number of localizable_params ({given}) does not match the expected number of params ({wanted})");
            return Err(Refused::code(132_000, details));
        }
        let named = self.parameter_format == "NAMED";
        let value = |(place, name): (usize, &String)| -> Result<(String, String), Refused> {
            let found = if named { parameters.iter().find(|one| one["parameter_name"] == name.as_str()) } else { parameters.get(place) };
            let found = found.ok_or_else(|| Refused::code(132_012, format!("{part}: Parameter name is missing or wrong: {name}")))?;
            Ok((name.clone(), words(part, found)?))
        };
        names.iter().enumerate().map(value).collect()
    }
}

/// The parameters of all of a message's components of one kind.
fn brought(given: &[Given], wanted: &str) -> Result<Vec<Value>, Refused> {
    let mut of_kind = given.iter().filter(|part| part.kind.eq_ignore_ascii_case(wanted));
    let first = of_kind.next().map(|part| part.parameters.clone()).unwrap_or_default();
    match of_kind.next() {
        Some(_) => Err(Refused::parameter(format!("components: {wanted} stands there more than once"))),
        None => Ok(first),
    }
}

/// A text parameter's words. Lines, tabs and long gaps are refused, as they could break out of the template.
fn words(part: &str, parameter: &Value) -> Result<String, Refused> {
    let kind = parameter["type"].as_str().unwrap_or_default();
    if kind != "text" && kind != "currency" && kind != "date_time" {
        return Err(Refused::code(132_012, format!("{part}: Format mismatch, expected TEXT, received {}", kind.to_uppercase())));
    }
    let text = parameter["text"].as_str().or_else(|| parameter[kind]["fallback_value"].as_str()).unwrap_or_default();
    if text.is_empty() {
        return Err(Refused::code(131_008, format!("{part}: Parameter of type text is missing text value")));
    }
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        let details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
        return Err(Refused::code(132_012, format!("{part}: {details}")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::ready;
    use super::*;
    use serde_json::json;

    fn filled(name: &str, components: Value) -> Result<Vec<(String, String)>, u32> {
        let template = ready::templates().into_iter().find(|template| template.name == name).unwrap();
        let given: Vec<Given> = serde_json::from_value(components).unwrap();
        template.fill(&given).map_err(|refused| refused.code)
    }

    fn named(name: &str, text: &str) -> Value {
        json!({"type": "text", "parameter_name": name, "text": text})
    }

    #[test]
    fn what_a_template_takes() {
        let body = |parameters: Value| json!([{"type": "body", "parameters": parameters}]);
        let due = |amount: &str| body(json!([named("period", "May"), named("amount", amount)]));
        let whole = filled("payment_reminder", due("₹9"));
        assert_eq!(whole, Ok(vec![("amount".to_owned(), "₹9".to_owned()), ("period".to_owned(), "May".to_owned())]));
        for (name, components, code) in [
            ("payment_reminder", json!([]), 132_000),
            ("payment_reminder", body(json!([named("amount", "₹9"), named("month", "May")])), 132_012),
            ("payment_reminder", body(json!([{"type": "text", "text": "₹9"}, {"type": "text", "text": "May"}])), 132_012),
            ("payment_reminder", due(""), 131_008),
            ("payment_reminder", due("a\nb"), 132_012),
            ("payment_reminder", due(&"a".repeat(1_024)), 132_005),
            ("hello_world", body(json!([named("amount", "₹9")])), 132_000),
            ("verification_code", body(json!([{"type": "text", "text": "123456"}])), 131_008),
        ] {
            assert_eq!(filled(name, components.clone()), Err(code), "{name} {components}");
        }
        let code = json!([
            {"type": "body", "parameters": [{"type": "text", "text": "123456"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "123456"}]},
        ]);
        assert!(filled("verification_code", code).is_ok());
        assert_eq!(filled("hello_world", json!([])), Ok(Vec::new()));
    }
}
