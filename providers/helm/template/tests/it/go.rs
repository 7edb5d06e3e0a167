use trueup_helm_template::{Functions, Map, Options, Renderer, Templates, Value};

#[test]
fn smoke() {
    let mut templates = Templates::new("gotpl", Functions::new());
    templates
        .parse("t", "{{range $i, $x := .l}}{{$i}}={{$x | printf \"%05.1f\"}};{{else}}none{{end}} {{.m}} {{.x.y}}")
        .unwrap();
    let data = Map::new();
    data.insert(
        "l",
        trueup_helm_template::List::new(vec![1.5.into(), 2e6.into()]).into(),
    );
    data.insert("m", 1e6.into());
    let mut renderer = Renderer::new(&templates, Options::default());
    let result = renderer.execute("t", &Value::from(data));
    println!("{result:?}");
}
