//! Form fields: label, control, help and the error beside it.

use maud::{Markup, Render, html};

enum Control {
    Input(&'static str),
    Money(String),
    Area(u8),
    Select(Vec<(String, String)>),
    Checkbox,
}

/// One field of a form.
pub struct Field {
    control: Control,
    name: String,
    label: String,
    value: String,
    help: Option<String>,
    error: Option<String>,
    required: bool,
    off: bool,
    autocomplete: Option<&'static str>,
    placeholder: Option<String>,
    form: Option<String>,
    suggested: Vec<String>,
}

impl Field {
    fn new(control: Control, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            control,
            name: name.into(),
            label: label.into(),
            value: String::new(),
            help: None,
            error: None,
            required: false,
            off: false,
            autocomplete: None,
            placeholder: None,
            form: None,
            suggested: Vec::new(),
        }
    }

    /// A line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("text"), name, label)
    }

    /// An input of another HTML type: `email`, `tel`, `password`, `number`, `date`, `datetime-local`, `url`, `file`.
    pub fn input(kind: &'static str, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input(kind), name, label)
    }

    /// An amount in major units, with the currency's sign before it.
    pub fn money(name: impl Into<String>, label: impl Into<String>, currency: facts::Currency) -> Self {
        Self::new(Control::Money(currency.symbol()), name, label)
    }

    /// Text of several lines, so many of them shown at first.
    pub fn area(name: impl Into<String>, label: impl Into<String>, lines: u8) -> Self {
        Self::new(Control::Area(lines), name, label)
    }

    /// One of several; each is its value and its words.
    pub fn select<V: Into<String>, W: Into<String>>(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = (V, W)>,
    ) -> Self {
        let choices = choices.into_iter().map(|(value, words)| (value.into(), words.into())).collect();
        Self::new(Control::Select(choices), name, label)
    }

    /// Yes or no; sends `on` when ticked and nothing when not.
    pub fn checkbox(name: impl Into<String>, label: impl Into<String>, ticked: bool) -> Self {
        let field = Self::new(Control::Checkbox, name, label);
        if ticked { field.value("on") } else { field }
    }

    /// What it holds now, or what was typed before an error.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// A sentence under it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong with it and what to do; `None` when nothing is.
    pub fn error(mut self, error: Option<impl Into<String>>) -> Self {
        self.error = error.map(Into::into);
        self
    }

    /// It must be filled. Fields that need not be say so themselves.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Shown, and not to be changed.
    pub fn off(mut self) -> Self {
        self.off = true;
        self
    }

    /// What the browser may fill in, such as `tel` or `current-password`.
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// An example of what to type; never the label.
    pub fn placeholder(mut self, example: impl Into<String>) -> Self {
        self.placeholder = Some(example.into());
        self
    }

    /// Which of several forms on the page it is in, where more than one has a field of this name.
    pub fn of_form(mut self, form: impl Into<String>) -> Self {
        self.form = Some(form.into());
        self
    }

    /// Values that the browser offers while something is typed; any other may be typed as well.
    pub fn suggest(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.suggested = values.into_iter().map(Into::into).collect();
        self
    }

    fn id(&self) -> String {
        match &self.form {
            Some(form) => format!("f-{form}-{}", self.name),
            None => format!("f-{}", self.name),
        }
    }

    /// The ids of what describes the control, for screen readers.
    fn described_by(&self) -> Option<String> {
        let id = self.id();
        match (&self.error, &self.help) {
            (Some(_), Some(_)) => Some(format!("{id}-error {id}-help")),
            (Some(_), None) => Some(format!("{id}-error")),
            (None, Some(_)) => Some(format!("{id}-help")),
            (None, None) => None,
        }
    }

    fn control(&self) -> Markup {
        let described = self.described_by();
        let wrong = self.error.as_ref().map(|_| "true");
        match &self.control {
            Control::Area(lines) => html! {
                textarea id=(self.id()) name=(self.name) rows=(lines) dir="auto" required[self.required] disabled[self.off]
                    placeholder=[&self.placeholder] aria-describedby=[described] aria-invalid=[wrong] { "\n" (self.value) }
            },
            Control::Select(choices) => html! {
                select id=(self.id()) name=(self.name) required[self.required] disabled[self.off]
                    autocomplete=[self.autocomplete] aria-describedby=[described] aria-invalid=[wrong] {
                    @for (value, words) in choices {
                        option value=(value) selected[*value == self.value] { (words) }
                    }
                    // What was chosen and is not offered any more, or not yet, stays chosen: saving a form changes nothing that nobody touched.
                    @if !self.value.is_empty() && choices.iter().all(|(value, _)| *value != self.value) {
                        option value=(self.value) selected { (self.value) }
                    }
                }
            },
            Control::Checkbox => html! {
                input id=(self.id()) name=(self.name) type="checkbox" checked[!self.value.is_empty()] disabled[self.off]
                    required[self.required] aria-describedby=[described] aria-invalid=[wrong];
            },
            Control::Money(sign) => html! {
                span.prefixed { span aria-hidden="true" { (sign) } (self.line("text", Some("decimal"))) }
            },
            Control::Input(kind) => self.line(kind, None),
        }
    }

    fn line(&self, kind: &str, mode: Option<&str>) -> Markup {
        let described = self.described_by();
        let wrong = self.error.as_ref().map(|_| "true");
        // A password is never sent back to the page, and a file cannot be.
        let value = Some(&self.value).filter(|v| !v.is_empty() && kind != "password" && kind != "file");
        let direction = matches!(kind, "text" | "search").then_some("auto");
        let list = (!self.suggested.is_empty()).then(|| format!("{}-list", self.id()));
        html! {
            input id=(self.id()) name=(self.name) type=(kind) value=[value] inputmode=[mode] dir=[direction] list=[&list]
                required[self.required] disabled[self.off] autocomplete=[self.autocomplete] placeholder=[&self.placeholder]
                aria-describedby=[described] aria-invalid=[wrong];
            @if let Some(list) = list { datalist id=(list) { @for value in &self.suggested { option value=(value) {} } } }
        }
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let tick = matches!(self.control, Control::Checkbox);
        html! {
            div.field.tick[tick] {
                @if tick { (self.control()) }
                label for=(self.id()) {
                    (self.label)
                    @if !self.required && !tick && !self.off { span.optional { "optional" } }
                }
                @if !tick { (self.control()) }
                @if let Some(error) = &self.error { p.error id={ (self.id()) "-error" } { (super::Icon::Warning) (error) } }
                @if let Some(help) = &self.help { p.help id={ (self.id()) "-help" } { (help) } }
            }
        }
    }
}
