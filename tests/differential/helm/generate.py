"""Draws templates: each family is a function from a random source to a text."""

import json


class Data:
    """What templates see as `.`."""

    value = {
        "s": "text", "empty": "", "words": "The quick Brown-fox_jumps over", "n": 3, "f": 2.5,
        "big": 12345678, "neg": -7, "yes": True, "no": False, "none": None,
        "list": ["c", "a", "b", "a"], "nums": [3, 1, 2], "mixed": [1, "a", None, True, [1], {"k": 1}],
        "map": {"one": 1, "two": {"three": "drei", "l": [1, 2]}, "z": None},
        "other": {"one": 9, "four": 4, "two": {"five": 5}},
        "uni": "äöü ẞ 日本語 🎉", "lines": "a\n  b\n\nc\n", "yaml": "a: 1\nb: [x, y]\n",
    }


STRINGS = [
    '""', '"a"', '"abc"', '"Hello World"', '"foo-bar_baz qux"', '"  pad  "', '"a,b,,c"', '"a.b.c"',
    '"äöü"', '"日本"', '"1"', '"-1.5"', '"0x1f"', '"1e3"', '"true"', '"1.2.3"', '"/a/b/../c.txt"',
    '"line1\\nline2"', '"%d%%"', '"[a-z]+"', '"(a)(b)?"', '"${1}x"', '"2006-01-02"', '"1h30m"',
    '"https://u:p@h.example:80/p/a?q=1#f"', '"YWJj"', '"a: 1"', '"{\\"a\\":1}"', '"[1,2]"',
    '"\\t"', '"\'q\'"', '"\\"q\\""', '"XMLHttpRequest"', '"snake_case_id"', '"kebab-case-id"',
    '"a\\x00b"', '"\\\\d+"', '"$"', '"ñandú"', '"iPhone15Pro"', '.s', '.words', '.uni', '.lines', '.yaml',
]
INTS = ["0", "1", "2", "3", "-1", "-3", "10", "100", "63", ".n", ".big", ".neg", "(int 5)", "(int64 7)",
        "9223372036854775807", "(len .list)"]
FLOATS = ["0.0", "1.5", "-2.5", "0.1", "1e6", "1e21", "123456789.125", ".f", "(float64 3)", "2.675", "-0.0"]
BOOLS = ["true", "false", ".yes", ".no"]
LISTS = [".list", ".nums", ".mixed", "(list)", '(list "b" "a")', "(list 1 2 3)", '(list 1 "a" nil)',
         "(tuple 1 2)", '(splitList "," "a,b,c")', "(list (list 1) (list 2 3))", "(until 4)", '(list "" "a" "")',
         '(list (dict "k" 1))', "(list 1.5 2.5)", "(keys .map | sortAlpha)"]
MAPS = [".map", ".other", "(dict)", '(dict "a" 1)', '(dict "a" (dict "b" 2))', '(dict "one" "x" "two" nil)',
        '(fromYaml .yaml)', '(dict "two" (dict "l" (list)))', '(dict 1 2)']
NILS = ["nil", ".none", ".absent", ".map.z"]
KINDS = {"s": STRINGS, "i": INTS, "f": FLOATS, "b": BOOLS, "l": LISTS, "m": MAPS, "n": NILS}
KINDS["a"] = STRINGS + INTS + FLOATS + BOOLS + LISTS + MAPS + NILS
KINDS["x"] = INTS + FLOATS + ['"12"', '"3.7"', '"abc"', "true", "nil"]

# The functions with the kinds of arguments they want; * repeats the last.
FUNCTIONS = """
abbrev i s|abbrevboth i i s|add x*|add1 x|add1f x|addf x*|adler32sum s|all a*|any a*|append l a|atoi s
b32dec s|b32enc s|b64dec s|b64enc s|base s|biggest x*|camelcase s|cat a*|ceil x|chunk i l|clean s
coalesce a*|compact l|concat l*|contains s s|deepCopy a|deepEqual a a|default a a|dict s a s a|dict s a s
dig s s a m|dig s a m|dir s|div x x|divf x x|duration x|durationRound x|empty a|ext s|fail s|first l|float64 a
floor x|fromJson s|fromJsonArray s|fromYaml s|fromYamlArray s|fromToml s|get m s|gt a a|ge a a|has a l|hasKey m s
hasPrefix s s|hasSuffix s s|indent i s|initial l|initials s|int a|int64 a|isAbs s|join s l|join s a|kebabcase s
keys m|kindIs s a|kindOf a|last l|len a|list a*|lower s|lt a a|le a a|max x*|maxf x*|merge m m m|merge m m
mergeOverwrite m m|mergeOverwrite m m m|min x*|minf x*|mod x x|mul x*|mulf x*|mustAppend l a|mustChunk i l
mustCompact l|mustDeepCopy a|mustFirst l|mustFromJson s|mustHas a l|mustInitial l|mustLast l|mustMerge m m
mustMergeOverwrite m m|mustPrepend l a|mustPush l a|mustRegexFind s s|mustRegexFindAll s s i
mustRegexMatch s s|mustRegexReplaceAll s s s|mustRegexReplaceAllLiteral s s s|mustRegexSplit s s i|mustRest l
mustReverse l|mustSlice l i i|mustToJson a|mustToPrettyJson a|mustToRawJson a|mustToYaml a|mustUniq l
mustWithout l a a|ne a a|eq a a a|eq a a|nindent i s|nospace s|not a|omit m s s|osBase s|osClean s|osDir s|osExt s
osIsAbs s|pick m s s|pluck s m m|plural s s i|prepend l a|push l a|quote a*|regexFind s s|regexFindAll s s i
regexMatch s s|regexQuoteMeta s|regexReplaceAll s s s|regexReplaceAllLiteral s s s|regexSplit s s i|repeat i s
replace s s s|rest l|reverse l|round x i|semver s|semverCompare s s|seq i i|seq i i i|seq i|set m s a|sha1sum s
sha256sum s|sha512sum s|slice l i i|slice l i|slice l|slice l i i i|snakecase s|sortAlpha l|sortAlpha a|split s s
splitList s s|splitn s i s|squote a*|sub x x|subf x x|substr i i s|swapcase s|ternary a a b|title s|toDecimal a
toDuration x|toJson a|toPrettyJson a|toRawJson a|toString a|toStrings a|toToml m|toYaml a|toYamlPretty a|trim s
trimAll s s|trimPrefix s s|trimSuffix s s|trimall s s|trunc i s|tuple a*|typeIs s a|typeIsLike s a|typeOf a|uniq l
unset m s|until i|untilStep i i i|untitle s|upper s|urlParse s|urlJoin m|values m|without l a a|wrap i s
wrapWith i s s|index l i|index m s|index m s s|print a*|println a*|printf s a a|html s|js s|urlquery a*|and a*|or a*
mustDateModify s d|dateModify s d|date s d|dateInZone s d s|htmlDate d|htmlDateInZone d s|toDate s s|mustToDate s s
unixEpoch d|ago d|durationSeconds a|durationMinutes a|durationHours a|durationDays a|durationWeeks a
durationMilliseconds a|durationMicroseconds a|durationNanoseconds a|durationRoundTo a a|durationTruncateTo a a
mustToDuration a|bcrypt s|derivePassword i s s s s|getHostByName s
"""
# Random, of this moment, in another order each time, or something else outside of a chart.
SKIPPED = {"bcrypt", "derivePassword", "ago", "fail", "getHostByName", "keys", "values"}
DATES = ['(toDate "2006-01-02" "2024-02-29")', "(int64 1700000000)", "0", '(toDate "2006-01-02T15:04:05Z07:00" "1999-12-31T23:59:59+05:30")', "(int 86400)"]
KINDS["d"] = DATES


def signatures():
    found = []
    for entry in FUNCTIONS.replace("\n", "|").split("|"):
        if entry.strip() and entry.split()[0] not in SKIPPED:
            name, *kinds = entry.split()
            found.append((name, kinds))
    return found


SIGNATURES = signatures()
# Helm counts as far as it is told to.
COUNTING = {"until", "untilStep", "seq", "repeat", "indent", "nindent"}
HUGE = {"9223372036854775807", ".big", "1e21", "1e6", "123456789.125"}


def argument(r, kind):
    if kind != "d" and r.random() < 0.08:
        kind = "a"
    return r.choice(KINDS[kind])


def call(r, depth=0):
    name, kinds = r.choice(SIGNATURES)
    args = []
    for kind in kinds:
        times = r.randint(0, 4) if kind.endswith("*") else 1
        args += [argument(r, kind[0]) for _ in range(times)]
    if name in COUNTING:
        args = ["4" if arg in HUGE else arg for arg in args]
    x = r.random()
    if x < 0.02 and args:
        args.pop()
    elif x < 0.04:
        args.append(argument(r, "a"))
    if depth == 0 and args and "d" not in kinds and r.random() < 0.15:
        args[r.randrange(len(args))] = "(" + call(r, 1) + ")"
    return " ".join([name] + args)


def functions(r):
    return "{{ $r := " + call(r) + " }}{{ printf \"%T|%v|%q\" $r $r $r }}|{{ toJson $r }}|{{ toYaml $r }}"


def printf(r):
    flags = "".join(r.choice("-+# 0") for _ in range(r.choice([0, 0, 1, 1, 2])))
    width = r.choice(["", "", "5", "12", "*", "2", "[2]*", "[1]"])
    precision = r.choice(["", "", ".0", ".2", ".5", ".", ".*", ".10"])
    verb = r.choice("vTtbcdoOqxXUeEfFgGss%!zyw")
    values = [argument(r, "a") for _ in range(r.randint(0, 3))]
    return "{{ printf " + json.dumps(f"<%{flags}{width}{precision}{verb}>").replace("\\u", "\\\\u") + " " + " ".join(values) + " }}"


SCALARS = ["", "a", "yes", "No", "on", "y", "n", "~", "null", "true", "1", "0x1F", "0o7", "017", "1_000", "1e3", ".5",
           ".inf", "-.INF", ".nan", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "12:30:45", "190:20:30", "- a", "a: b",
           "a #b", "#c", "@x", "`x", "%x", "!t", "&a", "*a", "{a}", "[a]", "a,b", "? x", "> x", "| x", "'q'", '"q"',
           "trailing ", " leading", "a\nb", "a\n", "\na", "a\n\n", "tab\there", "x" * 90, "word " * 30, "é", "日本",
           "\u2028", "\u0085", "\ufeff", "\x07", "---", "...", "--- a", "<<", "=", "a:", ":a", "-", "?", "1.0", "+1", "-0",
           "0b11", "1e", "e1", "NaN", "Infinity", "0.1e-5", "😀"]


def tree(r, depth=3):
    x = r.random()
    if depth == 0 or x < 0.45:
        y = r.random()
        if y < 0.6:
            return r.choice(SCALARS)
        return r.choice([None, True, False, 0, 1, -1, 1.5, 1e6, 1e21, 123456789, 0.1, 1e-7, 9007199254740993, -0.0])
    if x < 0.7:
        return [tree(r, depth - 1) for _ in range(r.randint(0, 3))]
    return {r.choice(SCALARS): tree(r, depth - 1) for _ in range(r.randint(0, 3))}


def text(value):
    """A Go string literal."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\ufeff", "\\ufeff")


def yaml(r):
    document = text(json.dumps({"v": tree(r)}))
    print_as = r.choice(["toYaml", "toYamlPretty", "toJson", "toYaml | nindent 4", "toRawJson", "toPrettyJson", "toToml", "printf \"%v\""])
    return "{{ fromJson " + document + " | " + print_as + " }}"


PIECES = ["a", "b:", "b: ", "- ", "-", "?", ": ", " ", "  ", "\n", "\n", "\n  ", "\n- ", "[", "]", "{", "}", ",", "'", '"', "|", ">", "|-\n",
          ">+\n ", "#", " # c\n", "&x ", "*x", "!!str ", "!!int ", "!t ", "---\n", "...\n", "%YAML 1.1\n", "1", "0x1", "yes", "~", "\t", "é",
          "<<: ", "x: &y {a: 1}\nz:\n  <<: *y\n", "key: value\n", "list:\n- 1\n- 2\n", "\\", "''", '"\\n"', "k: |2\n    t\n", "=", "@"]


def parse(r):
    source = "".join(r.choice(PIECES) for _ in range(r.randint(1, 8)))
    function = r.choice(["fromYaml", "fromYaml", "fromYamlArray", "fromJson", "fromJsonArray", "fromToml"])
    return "{{ " + function + " " + text(source) + " | toJson }}"


TOML = ["a", "=", " = ", "1", '"x"', "'y'", "\n", "[t]\n", "[[l]]\n", "[t.u]\n", "b = 2\n", "c = [1, 2]\n", "d = {e = 1}\n", "true", "1.5", "1979-05-27",
        "1979-05-27T07:32:00Z", "07:32:00", "#c\n", '"""m\n"""', ".", ",", "[", "]", "{", "}", "0x1f", "1_0", "inf", "nan", "\\"]


def toml(r):
    source = "".join(r.choice(TOML) for _ in range(r.randint(1, 8)))
    return "{{ fromToml " + text(source) + " | toJson }}"


def version(r):
    parts = [r.choice(["0", "1", "2", "10", "01", "x", "*", "X", ""]) for _ in range(r.randint(1, 4))]
    tail = r.choice(["", "", "", "-0", "-alpha", "-alpha.1", "-rc.01", "+b", "-a+b", "-", "+"])
    return r.choice(["", "", "", "v", "V", "="]) + ".".join(parts) + tail


def semver(r):
    operators = ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^", " >= ", "> "]
    rules = []
    for _ in range(r.randint(1, 3)):
        if r.random() < 0.15:
            rules.append(version(r) + " - " + version(r))
        else:
            rules.append(r.choice(operators) + version(r))
    rule = r.choice([" ", ", ", " || ", ","]).join(rules)
    concrete = ".".join(str(r.choice([0, 1, 2, 10])) for _ in range(3)) + r.choice(["", "", "-alpha", "-0", "+b", "-rc.1"])
    return "{{ semverCompare " + text(rule) + " " + text(r.choice([concrete, concrete, version(r)])) + " }}|{{ (semver " + text(version(r)) + ") | toJson }}"


LAYOUT = ["2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "002", "__2", "Mon", "Monday", "15", "03", "3", "04", "4", "05", "5", ".000", ".999",
          ",000", "PM", "pm", "MST", "Z0700", "Z07:00", "-0700", "-07:00", "-07", "Z07", "-070000", "T", " ", "-", "/", ":", "x"]


def dates(r):
    layout = "".join(r.choice(LAYOUT) for _ in range(r.randint(1, 7)))
    when = r.choice(["1700000000", "0", "-62135596800", "951782400", "4102444799", "86399"])
    zone = r.choice(["UTC", "America/New_York", "Asia/Kolkata", "Europe/Berlin", "Nowhere", ""])
    shown = "{{ dateInZone " + text(layout) + " (int64 " + when + ") " + text(zone) + " }}"
    if r.random() < 0.5:
        return shown
    given = r.choice(["2024-02-29", "29 Feb 2024", "12:30:45PM", "2024-02-29T12:30:45.5Z", "Mon Jan 2", "24", "2023-02-29", "1:2:3", "060102", "99", "+05:30"])
    return "{{ (toDate " + text(layout) + " " + text(given) + ").Format \"2006-01-02T15:04:05.999Z07:00\" }}"


PATTERNS = ["a", ".", "\\\\d", "\\\\w+", "[a-z]", "[^a]", "^", "$", "(a|b)", "(?i)A", "(?P<n>b)", "a*", "a+?", "a{2,3}", "\\\\b", "(?:x)", "\\\\pL", "[[:alpha:]]",
            "(", "[", "*", "\\\\", "a{1001}", "(?s).", "\\\\Q.\\\\E", "\\\\x41", "(?=a)", "\\\\1", "|", "\\\\z", "(?m)^"]


def regex(r):
    pattern = "".join(r.choice(PATTERNS) for _ in range(r.randint(1, 4)))
    subject = r.choice(["aab abc", "", "AbC 123", "äöü", "a\\nb\\n", "aaa", "x.y.z", "_-_"])
    function = r.choice(["regexFind P S", "regexMatch P S", "regexFindAll P S -1 | toJson", "regexFindAll P S 2 | toJson", "regexSplit P S -1 | toJson", "regexSplit P S 2 | toJson",
                         'regexReplaceAll P S "<${0}>"', 'regexReplaceAll P S "$n-$1x"', 'regexReplaceAllLiteral P S "$1"', "mustRegexMatch P S"])
    return "{{ " + function.replace("P", f'"{pattern}"', 1).replace(" S", f' "{subject}"', 1) + " }}"


BLOCKS = ["{{ if A }}x{{ else if A }}y{{ else }}z{{ end }}", "{{ range A }}[{{ . }}]{{ else }}none{{ end }}",
          "{{ range $i, $e := A }}{{ $i }}={{ $e }};{{ end }}", "{{ with A }}<{{ . }}>{{ else with A }}({{ . }}){{ else }}-{{ end }}",
          "{{ $x := A }}{{ $x = A }}{{ $x }}", "{{ range A }}{{ if A }}{{ break }}{{ end }}{{ continue }}x{{ end }}",
          "{{ define \"d\" }}d{{ . }}{{ end }}{{ template \"d\" A }}", "{{- A -}}", " {{ A | A2 }} ", "{{ .map.one }}{{ .map.two.three }}{{ .none.x }}",
          "{{ .s.x }}", "{{ (A).x }}", "{{ index A A }}", "{{ block \"b\" A }}{{ . }}{{ end }}", "{{/* c */}}", "{{ A }}{{ end }}", "{{ $y }}",
          "{{ range $i := 3 }}{{ $i }}{{ end }}", "{{ and A A }}{{ or A A }}{{ not A }}", "{{ eq A A }}", "{{ lt A A }}", "{{ call A }}", "{{ slice A 1 2 }}",
          "{{ len A }}", "{{ print A A }}", "{{ template \"none\" . }}", "{{ if A }}", "{{ \"a\\q\" }}", "{{ 'ab' }}", "{{ 08 }}", "{{ 1_000 }}", "{{ 0b12 }}", "{{ A.B.C }}", "{{ .A.B | }}",
          "{{ nil }}", "{{ nil | default 1 }}", "{{ $.map.one }}", "{{ range .map }}{{ . }}{{ end }}"]


def language(r):
    text = ""
    for _ in range(r.randint(1, 4)):
        block = r.choice(BLOCKS)
        while "A2" in block:
            block = block.replace("A2", r.choice(["quote", "toJson", "upper", "printf \"%v\"", "default 1"]), 1)
        while "A" in block.replace("A.B.C", "").replace(".A.B", ""):
            block = block.replace("A", argument(r, "a") if r.random() < 0.8 else "(" + call(r, 1) + ")", 1)
        text += block + r.choice(["", "\n", " "])
    if r.random() < 0.3:
        at = r.randrange(len(text) + 1)
        x = r.random()
        text = text[:at] + (r.choice(["{{", "}}", "|", "(", ")", "\"", "$", ".", "-", "end", " "]) if x < 0.6 else "") + text[at + (x > 0.4):]
    return text


FAMILIES = {"functions": functions, "printf": printf, "yaml": yaml, "parse": parse, "toml": toml, "semver": semver, "dates": dates,
            "regex": regex, "language": language}
