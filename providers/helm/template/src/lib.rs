//! Go templates as Helm runs them: text/template, Sprig, YAML printing.
