//! Dictionaries.

use super::arguments::{Args, Budget, Result, Row, fail, fixed, put_all, strval, variadic};
use super::merge::merge_into;
use crate::stack::with_room;
use crate::{Call, Function, Functions, Kind, List, Map, Signature, Str, Type, Value};

const ANY: Type = Type::Any;
const MAP: Type = Type::MAP;
const S: Type = Type::String;

const FUNCTIONS: &[Row] = &[
    variadic(&["dict"], &[], ANY, dict),
    fixed(&["get"], &[MAP, S], get),
    fixed(&["set"], &[MAP, S, ANY], set),
    fixed(&["unset"], &[MAP, S], unset),
    fixed(&["hasKey"], &[MAP, S], |args| {
        Ok(args.map(0).contains(args.str(1).as_bytes()).into())
    }),
    variadic(&["pluck"], &[S], MAP, pluck),
    variadic(&["keys"], &[], MAP, |args| {
        let keys = args.0.iter().filter_map(Value::as_map).flat_map(Map::keys);
        Ok(List::strings(keys).into())
    }),
    variadic(&["pick"], &[MAP], S, pick),
    variadic(&["omit"], &[MAP], S, omit),
    fixed(&["values"], &[MAP], |args| {
        let entries = args.map(0).entries().into_iter();
        Ok(List::new(entries.map(|(_, value)| value).collect()).into())
    }),
    variadic(&["dig"], &[], ANY, dig),
];

pub(super) fn add(functions: &mut Functions) {
    put_all(functions, FUNCTIONS);
    for (name, overwrite) in [
        ("merge", false),
        ("mustMerge", false),
        ("mergeOverwrite", true),
        ("mustMergeOverwrite", true),
    ] {
        let body = move |call: &mut Call<'_>, args: &[Value]| merge(call, Args(args), overwrite);
        functions.insert(name, Function::new(Signature::variadic(&[MAP], MAP), body));
    }
    for name in ["deepCopy", "mustDeepCopy"] {
        let body = |call: &mut Call<'_>, args: &[Value]| match Args(args).value(0) {
            nil if nil.is_nil() => fail("reflect: call of reflect.Value.Type on zero Value"),
            value => deep_copy(&value, 0, &mut Budget::new(call.limits())),
        };
        functions.insert(name, Function::new(Signature::fixed(&[ANY]), body));
    }
}

fn dict(args: Args<'_>) -> Result {
    let map = Map::new();
    for pair in args.0.chunks(2) {
        if let [key, rest @ ..] = pair {
            let value = rest.first().cloned().unwrap_or_else(|| "".into());
            map.insert(strval(key)?, value);
        }
    }
    Ok(map.into())
}

fn get(args: Args<'_>) -> Result {
    let found = args.map(0).get(args.str(1).as_bytes());
    Ok(found.unwrap_or_else(|| "".into()))
}

fn set(args: Args<'_>) -> Result {
    let map = args.map(0);
    if map.is_nil() {
        return fail("assignment to entry in nil map");
    }
    map.insert(args.str(1), args.value(2));
    Ok(map.into())
}

fn unset(args: Args<'_>) -> Result {
    args.map(0).remove(args.str(1).as_bytes());
    Ok(args.map(0).into())
}

fn pluck(args: Args<'_>) -> Result {
    let key = args.str(0);
    let maps = args.rest(1).iter();
    let found = maps.filter_map(|map| map.as_map()?.get(key.as_bytes()));
    Ok(List::new(found.collect()).into())
}

fn pick(args: Args<'_>) -> Result {
    let map = args.map(0);
    let keys = args.rest(1).iter().filter_map(Value::as_string);
    let picked = keys.filter_map(|key| Some((key.clone(), map.get(key.as_bytes())?)));
    Ok(picked.collect::<Map>().into())
}

fn omit(args: Args<'_>) -> Result {
    let omitted: Vec<&Str> = args.rest(1).iter().filter_map(Value::as_string).collect();
    let entries = args.map(0).entries().into_iter();
    let kept = entries.filter(|(key, _)| !omitted.contains(&key));
    Ok(kept.collect::<Map>().into())
}

fn merge(call: &Call<'_>, args: Args<'_>, overwrite: bool) -> Result {
    let dest = match args.map(0) {
        nil if nil.is_nil() => Map::new(),
        map => map,
    };
    let budget = &mut Budget::new(call.limits());
    for source in args.rest(1).iter().filter_map(Value::as_map) {
        merge_into(&dest, source, overwrite, 0, budget)?;
    }
    Ok(dest.into())
}

fn deep_copy(value: &Value, depth: usize, budget: &mut Budget) -> Result {
    budget.spend(size_of::<Value>())?;
    if depth > 5_000 {
        return fail("value is nested too deep");
    }
    Ok(match value.kind() {
        Kind::Map(map) if !map.is_nil() => {
            let entries = map.entries().into_iter();
            let entries: Vec<(Str, Value)> = entries
                .map(|(key, value)| Ok((key, with_room(|| deep_copy(&value, depth + 1, budget))?)))
                .collect::<Result<_>>()?;
            Map::typed(map.ty(), entries).into()
        }
        Kind::List(list) if !list.is_nil() => {
            let items = list
                .items()
                .iter()
                .map(|item| with_room(|| deep_copy(item, depth + 1, budget)))
                .collect::<Result<_>>()?;
            List::typed(list.ty(), items).into()
        }
        _ => value.clone(),
    })
}

fn dig(args: Args<'_>) -> Result {
    let [keys @ .., default, dict] = args.0 else {
        return fail("dig needs at least three arguments");
    };
    if keys.is_empty() {
        return fail("dig needs at least three arguments");
    }
    let conversion = |value: &Value, wanted: &str| {
        let found = value
            .ty()
            .map_or_else(|| "nil".to_owned(), |ty| ty.to_string());
        fail(format!(
            "interface conversion: interface {{}} is {found}, not {wanted}"
        ))
    };
    let mut place = dict.clone();
    for key in keys {
        if key.as_string().is_none() {
            return conversion(key, "string");
        }
    }
    for key in keys.iter().filter_map(Value::as_string) {
        let Some(map) = place.as_map().filter(|map| map.ty() == MAP).cloned() else {
            return conversion(&place, "map[string]interface {}");
        };
        match map.get(key.as_bytes()) {
            Some(found) => place = found,
            None => return Ok(default.clone()),
        }
    }
    Ok(place)
}
