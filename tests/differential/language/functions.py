"""Calls of one function with an odd argument in each place, the others fitting."""

from expressions import POOLS, UNSTABLE

# What an argument may be and mostly should not be.
ODD = [
    # Nothing.
    "null", "var.null_s", "var.null_n", "var.null_list", "var.null_map", "var.null_obj", "tobool(null)", "[null]", "{a = null}", "tolist([null])", "toset([null])", "tomap({a = null})", "var.holed",
    # Not known yet.
    "var.u_any", "var.u_s", "var.u_n", "var.u_b", "var.u_list", "var.u_set", "var.u_map", "var.u_obj", "var.u_tuple", "var.u_s_there", "var.u_s_prefix", "var.u_n_range", "var.u_list_there", "var.u_set_there",
    "var.part_list", "var.part_map", "var.part_set", "var.part_obj", "[var.u_any]", "[var.u_s, var.u_n]", "{a = var.u_any}", "[var.u_list, [\"a\"]]", "{a = var.u_list}", "[[var.u_s], null]",
    # Marked.
    "var.secret", "var.secret_n", "var.secret_b", "var.secret_list", "var.secret_in", "var.secret_map", "var.secret_obj", "var.secret_u", "var.passing", "var.passing_list", "var.both", "sensitive(null)", "sensitive(var.u_any)",
    "[sensitive(\"a\"), 1]", "{a = sensitive([1])}", "sensitive([])", "sensitive({})", "toset([sensitive(\"a\"), \"b\"])", "[[var.secret], var.passing_list]", "sensitive(toset([\"a\"]))", "sensitive(\"x\")", "sensitive(2)", "sensitive(true)",
    # Empty.
    '""', "[]", "{}", "toset([])", "tolist([])", "tomap({})", "var.none", "var.nomap", "[[]]", "[{}]", "{a = {}}", "{a = []}",
    # Of every type.
    "0", "1", "-1", "true", "false", '"a"', '"1"', '"true"', "[1]", '["a", "b", "a"]', "[1, \"a\", true]", "{a = 1}", "{a = \"x\", b = 2}", "tolist([1, 2])", 'tolist(["b", "a"])', 'toset(["b", "a"])', "toset([2, 1])", 'tomap({a = "x", b = "y"})', "tomap({a = 1})",
    # Large, small and broken numbers.
    "1.5", "-0.5", "0.1", "1e100", "-1e100", "1e-30", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1/3", "123456789012345678901234567890.5", "4294967296", "2147483648", '"1e3"', '" 1"', '"-0"', "-0",
    # Text that is not plain.
    '"é"', '"e\u0301"', '"ﬁ"', '"日本語"', '"👨‍👩‍👧"', '"\\U0001F1E9\\U0001F1EA"', '"\u200b"', '"\ufeffa"', '"\\u0000"', '"a\\nb\\r\\nc"', '"\\t x "', '"\\"\\\\"', '"$${a}"', '"%%{a}"', '"<&>\u2028"', '"ſıİß"', '"a\u0301\u0328"',
    # Nested.
    "[[1], [2, [3]], []]", "[{a = 1}, {b = 2}]", "[{a = 1}, {a = \"x\"}]", "{a = {b = [1, {c = null}]}}", "tolist([[\"a\"], [\"b\", \"c\"]])", "tomap({a = [1], b = []})", "toset([[1], [1], []])", "[[\"a\", \"b\"], [\"c\"]]", "tolist([{a = 1}, {a = null}])",
    "{\"\" = 1}", '{"é" = 1, "z" = 2, "A" = 3}', '{a = "x", a = "y"}', "[true, \"true\"]", "[1, \"1\"]", "toset([\"1\", 1])", "toset([\"é\", \"e\u0301\"])", "var.objs", "var.obj", "var.tuple", "var.numbers", "var.list", "var.set", "var.map",
]

# Arguments that fit where a function's type does not say what does.
FITTING = {"string": ['"ab c"'], "number": ["2"], "bool": ["true"], "list": ['["b", "a"]'], "set": ['toset(["b", "a"])'], "map": ['{a = "x"}'], "dynamic": ['["b", "a"]']}


def calls(name, signature):
    """All calls of a function that are asked about, none twice."""
    if name in UNSTABLE or name.startswith(("core::", "provider::")):
        return []
    rest = signature.get("variadic_parameter")
    parameters = list(signature.get("parameters", []))
    bases = [list(base) for base in POOLS.get(name, [])]
    bases.append([fitting(p["type"]) for p in parameters + ([rest, rest] if rest else [])])
    found = dict.fromkeys(call(name, base) for base in bases)
    for base in chosen(bases):
        for place in range(len(base)):
            for odd in ODD:
                found[call(name, base[:place] + [odd] + base[place + 1:])] = None
    for odd in ODD:
        found[call(name, [odd])] = None
        found[f"{name}({odd}...)"] = None
        found[call(name, bases[0] + [odd])] = None
        found[f"{name}({', '.join(bases[0][:1] + [odd])}...)"] = None
    found[f"{name}()"] = None
    return list(found)


def call(name, arguments):
    return f"{name}({', '.join(arguments)})"


def fitting(kind):
    kind = kind if isinstance(kind, str) else kind[0]
    return FITTING[kind][0]


def chosen(bases):
    """The first fitting call, and one of each other length."""
    lengths = {}
    for base in bases:
        lengths.setdefault(len(base), base)
    return lengths.values()
