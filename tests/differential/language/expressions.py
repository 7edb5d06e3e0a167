"""Random expressions of the language: every form, every function, mostly of
fitting types, now and then not."""

import json

TYPES = ["string", "number", "bool", "list", "set", "map", "object", "tuple"]

VARIABLES = {
    "string": "s digits empty null_s secret passing both secret_u u_s u_s_there u_s_prefix obj.a objs[0].a list[0] map.k map[\"l\"] tuple[0] part_list[1] secret_list[0] secret_obj.a u_obj.a u_tuple[0] part_obj.a secret_map.k".split(),
    "number": "n fraction null_n secret_n u_n u_n_range obj.b numbers[1] tuple[1] objs[1].b u_obj.b u_tuple[1]".split(),
    "bool": "b secret_b u_b tuple[2]".split(),
    "list": "list numbers none null_list holed u_list u_list_there part_list secret_list secret_in passing_list objs tuple u_tuple".split(),
    "set": "set u_set u_set_there part_set".split(),
    "map": "map nomap null_map u_map part_map secret_map obj".split(),
    "object": "obj null_obj u_obj part_obj secret_obj objs[0] objs[1]".split(),
    "tuple": "tuple u_tuple".split(),
    "any": ["u_any"],
}

STRINGS = [
    "", "a", "b", "ab", "abc", "A b c", "hello world", "12", "-3.5", "007", "1e3", "true", "false", "null",
    "é", "e\u0301", "ß", "ı", "日本語", "👨‍👩‍👧", "\u200b", "\ufeff", "a\\nb", "a\\tb", "\\\"q\\\"", "a,b,c", "a-b_c", "  pad  ", "\\r\\n",
    "$${x}", "%%{x}", "$", "%", "$$", "x$", "100%", "foo/bar.txt", "/etc/../x", "ab-cd", "x y", "\\u00e9", "\\U0001F600", "UPPER", "tItLe case",
]
NUMBERS = [
    "0", "1", "2", "3", "5", "7", "10", "12", "16", "36", "63", "64", "100", "255", "256", "1024", "0.1", "0.5", "1.5", "2.75", "1e3", "1E-2",
    "1.0", "3.14159", "1e30", "123456789012345678901234567890", "9223372036854775807", "9223372036854775808", "0.000001", "1e-7", "4294967296",
]

# Arguments that a function makes something of: {parameter: choices}.
POOLS = {
    "base64decode": [['"aGVsbG8="'], ['"aGVsbG8"'], ['"/+8="'], ['"w6k="'], ['"!"'], ['""']],
    "base64gzip": [['"x"']],
    "bcrypt": [['"x"', "99"], ['"x"', "-1"], ['"x"', "4", "5"]],
    "cidrhost": [['"10.0.0.0/8"', "5"], ['"10.0.0.0/8"', "-1"], ['"10.0.0.0/30"', "4"], ['"fd00::/64"', "257"], ['"10.0.0.1/24"', "0"], ['"10.0.0.0"', "0"], ['"10.0.0.0/33"', "0"], ['"fd00::/127"', "2"], ['"010.0.0.0/8"', "1"], ['"10.0.0.0/8"', "1.5"]],
    "cidrnetmask": [['"10.0.0.0/8"'], ['"0.0.0.0/0"'], ['"10.0.0.0/32"'], ['"fd00::/8"'], ['"x"']],
    "cidrsubnet": [['"10.0.0.0/8"', "8", "2"], ['"10.0.0.0/8"', "25", "2"], ['"10.0.0.0/8"', "2", "4"], ['"fd00::/48"', "16", "162"], ['"10.0.0.0/8"', "0", "0"], ['"10.0.0.0/8"', "-1", "0"], ['"10.0.0.0/8"', "8", "-1"], ['"fd00::/64"', "64", "18446744073709551615"]],
    "cidrsubnets": [['"10.0.0.0/8"', "8", "8", "4"], ['"10.0.0.0/8"', "0"], ['"10.0.0.0/8"', "1", "1", "1"], ['"10.0.0.0/30"', "3"], ['"fd00::/56"', "4", "8"], ['"10.0.0.0/8"']],
    "csvdecode": [['"a,b\\n1,2\\n3,4"'], ['"a,a\\n1,2"'], ['"a,b\\n1"'], ['"\\"a\\nb\\",c\\n1,2"'], ['""'], ['"a,b"'], ['"a\\n\\"x"'], ['"a,\\n1,2"']],
    "formatdate": [['"DD MMM YYYY hh:mm ZZZ"', '"2018-01-02T23:12:01Z"'], ['"EEEE, DD-MMM-YY hh:mm:ss ZZZ"', '"2018-01-02T23:12:01-08:00"'], ['"YYYY-MM-DD\'T\'hh:mm:ssZ"', '"2018-01-02T23:12:01+05:30"'], ['"HH:mmaa"', '"2018-01-02T12:12:01Z"'], ['"h:mAA"', '"2018-01-02T00:12:01Z"'], ['"YYY"', '"2018-01-02T00:12:01Z"'], ['"\'open"', '"2018-01-02T00:12:01Z"'], ['"M/D"', '"2018-13-02T00:12:01Z"'], ['"EEE"', '"2018-02-29T00:12:01Z"'], ['"x"', '"2018-02-28T00:12:01Z"'], ['"ZZZZZ ZZZZ ZZZ Z"', '"2018-02-28T24:12:01Z"'], ['"N"', '"2018-02-28T23:12:01.123Z"']],
    "timeadd": [['"2017-11-22T00:00:00Z"', '"10m"'], ['"2017-11-22T00:00:00+02:00"', '"-1h30m"'], ['"2017-11-22T00:00:00Z"', '"1d"'], ['"2017-11-22T00:00:00.5Z"', '"1.5s"'], ['"2017-11-22"', '"1s"'], ['"2017-11-22T00:00:00Z"', '"1us"'], ['"2017-11-22T00:00:00Z"', '"300000h"'], ['"2017-11-22T00:00:00Z"', '"99999999h"']],
    "timecmp": [['"2017-11-22T00:00:00Z"', '"2017-11-22T01:00:00+01:00"'], ['"2017-11-22T00:00:00Z"', '"2017-11-22T01:00:00Z"'], ['"2017-11-22T00:00:00"', '"x"']],
    "jsondecode": [['"{\\"a\\":[1,2.5,null,true,\\"x\\"]}"'], ['"[]"'], ['"{\\"a\\":1,\\"a\\":2}"'], ['"1e400"'], ['"\\"\\\\u00e9\\""'], ['"{"'], ['"[1,]"'], ['"nul"'], ['""'], ['"1 2"'], ['"{\\"a\\" 1}"'], ['"01"'], ['"\\"\\\\x\\""']],
    "yamldecode": [['"a: 1\\nb: [x, 2.50, ~, yes, on, 0x1F, 0o17, 1_000, .inf]"'], ['"- a\\n- b: c\\n  d: e"'], ['"a: &x {k: v}\\nb: *x"'], ['"a: !!str 1"'], ['"2001-12-14"'], ['"a: |\\n  x\\n  y\\n"'], ['"a: >-\\n  x\\n  y\\n"'], ['"a: b: c"'], ['"[1"'], ['""'], ['"--- 1\\n--- 2"'], ['"<<: {a: 1}\\nb: 2"'], ['"a: 1\\na: 2"'], ['"? x\\n: y"'], ['"!!binary aGk="'], ['"1: x"'], ['"true: x"']],
    "parseint": [['"ff"', "16"], ['"-z"', "36"], ['"Zz"', "62"], ['"12"', "2"], ['"1"', "63"], ['""', "10"], ['"0x1f"', "16"], ['"1_0"', "10"], ['"99999999999999999999999"', "10"], ['"+5"', "10"], ["12", "10"], ['"é"', "36"]],
    "regex": [['"[a-z]+"', '"53453453.345345aaabbbccc23454"'], ['"(\\\\d\\\\d\\\\d\\\\d)-(\\\\d\\\\d)"', '"2019-02-01"'], ['"(?P<year>\\\\d+)-(?P<m>\\\\d+)"', '"2019-02"'], ['"x"', '"abc"'], ['"("', '"abc"'], ['"(?i)B"', '"abc"'], ['"(a)|(b)"', '"b"'], ['"^$"', '""'], ['"a{2,1}"', '"a"'], ['"(?P<a>x)(y)"', '"xy"'], ['"\\\\p{Greek}+"', '"αβγ"'], ['"[[:alpha:]]+"', '"ab1"'], ['"(?=a)"', '"a"'], ['"\\\\bfoo\\\\b"', '"a foo b"'], ['"a{1001}"', '"a"'], ['"*a"', '"a"'], ['"[z-a]"', '"a"'], ['"\\\\C"', '"a"'], ['"(?P<a>x)(?P<a>y)"', '"xy"']],
    "regexall": [['"[a-z]"', '"a1b2"'], ['"(a)(b)?"', '"aab"'], ['"(?P<x>.)"', '"añ"'], ['"x*"', '"abc"'], ['"z"', '"abc"'], ['""', '"ab"']],
    "replace": [['"hello"', '"l"', '"L"'], ['"hello"', '"/l+/"', '"<$0>"'], ['"a.b"', '"."', '""'], ['"hello"', '"/(h)(e)/"', '"$2$1"'], ['"hello"', '"/(?P<x>l)/"', '"${x}"'], ['"hello"', '"/(?P<x>l)/"', '"$${x}!"'], ['"hello"', '"/(/"', '"x"'], ['"aaa"', '""', '"-"'], ['"hello"', '"/l/"', '"$1$$"'], ['"x/y"', '"/"', '"|"'], ['"hello"', '"/"', '"x"'], ['"hello"', '"//"', '"-"']],
    "format": [['"%s %d"', '"a"', "1"], ['"%05.2f|%-8s|%8s|%+d"', "3.14159", '"ab"', '"cd"', "5"], ['"%v %v"', "[1,2]", "{a=1}"], ['"%q %x %X %o %b %e %g"', '"a"', '255', '255', "8", "5", "1234.5", "1e20"], ['"%s"'], ['"%s"', '"a"', '"b"'], ['"%z"', "1"], ['"%d"', '"x"'], ['"%d"', "1.5"], ['"%[2]s %[1]s"', '"a"', '"b"'], ['"%*d"', "5", "1"], ['"%%"'], ['"%t"', "true"], ['"%t"', '"x"'], ['"%s"', "null"], ['"%v"', "null"], ['"%#v"', '"a"'], ['"%"'], ['"%.3s"', '"日本語文字"'], ['"%5.1s|"', '"éa"'], ['"%T"', "1"], ['"% d"', "5"], ['"%08b"', "5"], ['"%c"', "65"], ['"%U"', "65"], ['"%[3]d"', "1"], ['"%x"', '"hi"'], ['"%s"', "[1]"], ['"%#x"', "255"], ['"%6.2f%%"', "99.5"]],
    "formatlist": [['"%s-%s"', "[\"a\",\"b\"]", '"x"'], ['"%s"', "[]"], ['"%s-%s"', '["a"]', '["b","c"]'], ['"%d"', '["x"]'], ['"%s"'], ['"%s"', "null"], ['"%v"', "[[1],[2]]"], ['"%s"', "var.set"], ['"%s"', "var.tuple"]],
    "range": [["3"], ["1", "4"], ["4", "1"], ["0", "1", "0.25"], ["1", "4", "-1"], ["1", "4", "0"], ["0", "2000"], ["-3"], ["10", "0", "-3"], ["0.5", "2"]],
    "textencodebase64": [['"hi"', '"UTF-16LE"'], ['"hi"', '"nope"'], ['"é"', '"ISO-8859-1"'], ['"日"', '"ISO-8859-1"'], ['"日"', '"Shift_JIS"']],
    "textdecodebase64": [['"aABpAA=="', '"UTF-16LE"'], ['"6Q=="', '"windows-1252"'], ['"!!"', '"utf-8"'], ['"6Q=="', '"UTF-8"']],
    "uuidv5": [['"dns"', '"a.b"'], ['"url"', '"x"'], ['"oid"', '"1.2"'], ['"x500"', '"c=x"'], ['"6ba7b810-9dad-11d1-80b4-00c04fd430c8"', '"x"'], ['"bad"', '"x"']],
    "substr": [['"hello"', "1", "3"], ['"hello"', "-3", "2"], ['"hello"', "1", "-1"], ['"hello"', "10", "2"], ['"👨‍👩‍👧x"', "0", "1"], ['"e\u0301a"', "0", "1"], ['"hello"', "0", "99"], ['"hello"', "-9", "2"], ['"abc"', "0.5", "1"]],
    "pow": [["2", "10"], ["2", "-1"], ["0.5", "2"], ["2", "0.5"], ["-8", "0.5"], ["0", "0"], ["10", "400"], ["0", "-1"]],
    "log": [["8", "2"], ["10", "10"], ["0", "10"], ["-1", "2"], ["5", "1"], ["16", "0.5"]],
    "templatestring": [],
    "file": [['"a.txt"'], ['"nothing.txt"'], ['"."'], ['"bad.bin"'], ['"${path.module}/a.txt"']],
    "filebase64": [['"a.txt"'], ['"bad.bin"'], ['"none"']],
    "fileexists": [['"a.txt"'], ['"none"'], ['"."']],
    "fileset": [['"."', '"*.txt"'], ['"."', '"**"'], ['"sub"', '"*"'], ['"."', '"{a,b}.*"'], ['"."', '"["'], ['"none"', '"*"'], ['"."', '"**/*.t?t"'], ['""', '"[a-b].txt"']],
    "templatefile": [['"t.tmpl"', '{name = "x", items = ["a", "b"]}'], ['"t.tmpl"', '{name = "x"}'], ['"t.tmpl"', "[]"], ['"bad.tmpl"', "{}"], ['"none.tmpl"', "{}"], ['"t.tmpl"', '{name = null, items = []}'], ['"t.tmpl"', '{"a b" = 1}'], ['"t.tmpl"', 'var.map'], ['"self.tmpl"', "{}"], ['"one.tmpl"', "{v = [1]}"], ['"t.tmpl"', '{name = var.secret, items = var.u_list}']],
    "filemd5": [['"a.txt"'], ['"none"']],
    "filesha1": [['"a.txt"']],
    "filesha256": [['"a.txt"']],
    "filesha512": [['"bad.bin"']],
    "filebase64sha256": [['"a.txt"']],
    "filebase64sha512": [['"a.txt"']],
    "rsadecrypt": [['"x"', '"y"'], ['"aGk="', '"nokey"']],
    "lookup": [["var.map", '"k"'], ["var.map", '"z"'], ["var.map", '"z"', '"d"'], ["{a=1}", '"b"', "2"], ["var.obj", '"a"', '"d"'], ["{}", '"b"', "null"], ["var.part_map", '"k"', '"d"'], ["var.u_map", '"k"', '"d"'], ["var.map", "var.u_s", '"d"'], ["{a=[1]}", '"a"', "[2]"], ["{a=1}", '"b"', "[2]"], ["var.secret_map", '"k"', '"d"'], ["var.obj", '"zz"']],
    "setproduct": [['["a","b"]', "[1,2]"], ["[]", "[1]"], ["var.set", "var.list"], ['["a"]'], ["[1]", "var.u_list"], ["var.tuple", "var.set"], ["toset([1])", "toset([2])"]],
    "matchkeys": [['["a","b","c"]', "[1,2,1]", "[1]"], ['["a"]', "[1,2]", "[1]"], ["var.list", "var.list", "var.holed"]],
    "zipmap": [['["a","b"]', "[1,2]"], ['["a"]', "[1,2]"], ['["a","a"]', "[1,2]"], ["var.list", "var.numbers"], ["var.list", "var.tuple"], ["var.u_list", "[1]"], ["var.part_list", "[1,2]"]],
    "chunklist": [["var.list", "2"], ["[1,2,3]", "0"], ["var.list", "-1"], ["[]", "2"], ["var.u_list", "2"], ["var.list", "1.5"]],
    "element": [["var.list", "4"], ["var.tuple", "1"], ["[]", "0"], ["var.list", "1.5"], ["var.u_list", "0"], ["var.list", "var.u_n"], ["var.set", "0"], ["var.tuple", "var.u_n"]],
    "slice": [["var.list", "1", "2"], ["var.list", "2", "1"], ["var.list", "0", "9"], ["var.tuple", "1", "3"], ["var.set", "0", "1"], ["var.list", "-1", "1"], ["var.u_list", "0", "1"], ["var.tuple", "0", "var.u_n"]],
    "index": [["var.list", '"a"'], ["var.list", '"z"'], ["[1,\"1\"]", '"1"'], ["var.set", '"x"'], ["[]", "1"], ["var.u_list", '"a"'], ["var.part_list", '"z"']],
    "coalescelist": [["[]", "[1]"], ["[]", "[]"], ["null", "[1]"], ["var.u_list", "[1]"], ["var.none", "var.list"], ["var.set", "[]"]],
    "transpose": [['{a=["x","y"],b=["y"]}'], ["{}"], ["{a=[1]}"], ["{a=null}"], ["{a=var.u_list}"]],
    "merge": [["{a=1}", "{b=2}"], ["{a=1}", "null"], ["var.map", "{k=1}"], ["var.map", "var.nomap"], ["{}", "{}"], [], ["[1]", "{}"], ["var.u_map", "{a=1}"], ["var.map", "var.part_map"], ["{a={b=1}}", "{a={c=2}}"], ["var.secret_map", "var.map"], ["null", "null"], ["var.null_map", "var.map"]],
    "flatten": [["[[1],[2,[3]]]"], ["[var.list, var.set]"], ["var.u_list"], ["[var.u_list]"], ["[[], null]"], ['["a", {b=[1]}]'], ["[var.secret_list, [1]]"], ["var.set"]],
    "keys": [["{b=1,a=2}"], ["var.map"], ["var.u_map"], ["var.obj"], ["[1]"], ["var.secret_map"], ["var.u_obj"], ["{}"], ["var.nomap"]],
    "values": [["{b=1,a=\"x\"}"], ["var.map"], ["var.u_map"], ["var.obj"], ["var.secret_map"], ["var.u_obj"], ["{}"]],
    "one": [["[]"], ["[1]"], ["[1,2]"], ["var.set"], ["var.u_list"], ["var.tuple"], ["var.u_tuple"], ["null"], ["toset([])"]],
    "sum": [["[1,2.5]"], ["[]"], ['["1","x"]'], ["var.numbers"], ["[null]"], ["var.u_list"], ["var.set"], ["[1,var.u_n]"], ["toset([1,2])"], ["null"], ["[1e400]"]],
    "max": [["1", "2"], [], ["var.numbers..."], ['"3"', "2"], ["null"], ["var.u_n", "3"], ["var.u_n_range", "20"]],
    "min": [["1", "2"], [], ["var.numbers..."], ["[]..."], ["var.u_n_range", "0"]],
    "try": [["var.obj.zz", '"d"'], ["1", "2"], ["var.list[9]", "tonumber(\"x\")", "3"], ["tonumber(\"x\")"], [], ["var.u_any.x", "1"], ["var.u_s", "1"], ["var.secret", "1"]],
    "can": [["var.obj.zz"], ["1"], ["tonumber(\"x\")"], ["var.u_any.x"], ["nope.x"], ["var.secret"]],
    "type": [],
    "ephemeralasnull": [["var.passing"], ["var.passing_list"], ["1"], ["var.both"], ["[var.u_s, var.passing]"]],
    "issensitive": [["var.secret"], ["1"], ["var.secret_in"], ["var.u_s"], ["var.secret_u"]],
    "nonsensitive": [["var.secret"], ["1"], ["var.secret_in"], ["var.both"], ["var.u_any"]],
    "sensitive": [["var.s"], ["var.secret"], ["var.passing"], ["null"], ["[1]"]],
    "toset": [['["a","a"]'], ["[1,\"x\"]"], ["[null]"], ["{}"], ["var.u_tuple"], ["[[1],[2,3]]"], ["[{a=1},{b=1}]"]],
    "tolist": [["var.set"], ["[1,\"x\"]"], ["[1,[2]]"], ["null"], ["{a=1}"], ["var.u_tuple"], ["var.part_set"]],
    "tomap": [["{a=1,b=\"x\"}"], ["{a=1,b=[2]}"], ["null"], ["[1]"], ["var.u_obj"], ["{a=null}"]],
    "tostring": [["1"], ["true"], ["null"], ["[]"], ["1e50"], ["0.1"], ["var.u_n"]],
    "tonumber": [['"1"'], ['"x"'], ["true"], ["null"], ['"1e3"'], ['" 1"'], ['"0x1"'], ['""']],
    "tobool": [['"true"'], ['"True"'], ["1"], ["null"], ['"1"'], ['"on"']],
    "sha1": [['"x"']], "md5": [['"é"']], "sha256": [['""']], "sha512": [['"x"']], "base64sha256": [['"x"']], "base64sha512": [['"x"']],
    "urlencode": [['"a b&c/é~*"']], "jsonencode": [["{a=1.50,b=\"<&>\u2028\",c=null}"], ["var.u_s"], ["[var.u_s]"], ["var.part_map"], ["var.secret"], ["1e400"], ["0.1"], ["var.set"], ["\"\\u0001\""]],
    "yamlencode": [["{a=1.50,b=\"<&>\",c=null,d=[],e={},f=\"yes\",g=\"1\",h=\"a\\nb\\n\"}"], ["[1,[2,[3]],{a={b=1}}]"], ["var.u_s"], ['" x"'], ['"a: b"'], ['"#x"'], ['"é"'], ['""'], ["true"], ['"true"'], ['"- a"'], ['"\\u0007"'], ['"x\\ny"'], ["1e30"], ['"null"'], ['"0x1F"'], ['"2001-01-01"'], ['"a\\n  b\\n"'], ['"very long string that goes on and on and on and on and on and on and on and on, over eighty columns"']],
}

# Not the same twice, or not the same anywhere else.
UNSTABLE = {"timestamp", "uuid", "bcrypt", "base64gzip", "abspath", "pathexpand", "list", "map", "type"}


class Expressions:
    def __init__(self, random, functions):
        self.random = random
        self.functions = functions
        stable = [name for name in functions if name.removeprefix("core::") not in UNSTABLE]
        self.names = sorted(stable)
        self.bound = []

    def any(self, depth=3):
        r = self.random
        if r.random() < 0.45:
            return self.pooled(depth)
        return self.of(r.choice(TYPES), depth)

    def pooled(self, depth):
        """A call of a function with arguments it makes something of."""
        r = self.random
        name = r.choice([n for n in self.names])
        pool = POOLS.get(name)
        if pool and r.random() < 0.6:
            arguments = list(r.choice(pool))
            if arguments and depth > 1 and r.random() < 0.25:
                arguments[r.randrange(len(arguments))] = self.of(r.choice(TYPES), depth - 2)
            if arguments and r.random() < 0.08:
                arguments.append(self.of(r.choice(TYPES), 0))
            call = f"{name}({', '.join(arguments)})"
        else:
            call = self.call(name, depth)
        return call if r.random() < 0.7 else self.around(call, depth)

    def around(self, inner, depth):
        r = self.random
        return r.choice([
            lambda: f"[{inner}]",
            lambda: f"{{ k = {inner} }}",
            lambda: f"try({inner}, \"failed\")",
            lambda: f"can({inner})",
            lambda: f"\"<${{{inner}}}>\"",
            lambda: f"({inner})",
            lambda: f"length({inner})",
            lambda: f"jsonencode({inner})",
            lambda: f"[for x in {inner} : x]",
            lambda: f"{inner} == {self.of(r.choice(TYPES), 0)}",
            lambda: f"var.b ? {inner} : {self.of(r.choice(TYPES), 0)}",
            lambda: f"core::tostring({inner})",
            lambda: f"{inner}[0]",
            lambda: f"{inner}.a",
            lambda: f"{inner}[*]",
            lambda: f"yamlencode({inner})",
            lambda: f"tolist({inner})",
            lambda: f"toset({inner})",
            lambda: f"tomap({inner})",
        ])()

    def of(self, kind, depth):
        r = self.random
        if r.random() < 0.06:
            kind = r.choice(TYPES)
        if self.bound and r.random() < 0.3:
            return r.choice(self.bound)
        if depth <= 0 or r.random() < 0.2:
            return self.leaf(kind)
        generic = r.random()
        if generic < 0.08:
            return f"{self.of('bool', depth - 1)} ? {self.of(kind, depth - 1)} : {self.of(kind, depth - 1)}"
        if generic < 0.12:
            return f"({self.of(kind, depth - 1)})"
        if generic < 0.16:
            return f"try({self.of(kind, depth - 1)}, {self.of(kind, depth - 1)})"
        if generic < 0.20:
            return f"{{a = {self.of(kind, depth - 1)}, b = 1}}.a"
        if generic < 0.24:
            key = r.choice(["0", "1", "var.n", "var.u_n", "-1", '"0"', "1.5", "null"])
            return f"[{self.of(kind, depth - 1)}, {self.of(kind, depth - 1)}][{key}]"
        if generic < 0.26:
            return r.choice(["null", "var.u_any"])
        return getattr(self, "make_" + kind)(depth)

    def leaf(self, kind):
        r = self.random
        if r.random() < 0.5:
            name = r.choice(VARIABLES[kind] if r.random() < 0.97 else VARIABLES["any"])
            return "var." + name
        return {
            "string": self.string,
            "number": lambda: r.choice(NUMBERS),
            "bool": lambda: r.choice(["true", "false"]),
            "list": lambda: r.choice(["[]", "[1, 2]", '["a", "b"]', "[null]", "[true, 1]", '["x"]']),
            "set": lambda: r.choice(["toset([])", 'toset(["a", "b"])', "toset([1, 2])"]),
            "map": lambda: r.choice(["{}", "{ a = 1 }", '{ "k k" = "v" }', "tomap({ a = \"x\" })", "{ 1 = true }"]),
            "object": lambda: r.choice(["{}", "{ a = \"q\", b = 2 }", "{ b = null }"]),
            "tuple": lambda: r.choice(["[]", "[1, \"a\"]", "[[1], {}]"]),
        }[kind]()

    def string(self):
        return '"' + self.random.choice(STRINGS) + '"'

    def make_string(self, depth):
        r = self.random
        return r.choice([
            lambda: self.template(depth),
            lambda: self.template(depth),
            lambda: self.heredoc(depth),
            lambda: self.call_returning("string", depth),
            lambda: self.call_returning("string", depth),
        ])()

    def template(self, depth):
        return '"' + "".join(self.part(depth) for _ in range(self.random.randint(1, 4))) + '"'

    def part(self, depth):
        r = self.random
        left, right = r.choice(["", "", "", "~"]), r.choice(["", "", "", "~"])
        return r.choice([
            lambda: r.choice(STRINGS),
            lambda: " " * r.randint(0, 3),
            lambda: f"${{{left} {self.of(r.choice(TYPES[:3]), depth - 1)} {right}}}",
            lambda: f"${{{left}{self.of(r.choice(TYPES), depth - 2)}{right}}}",
            lambda: f"%{{{left} if {self.of('bool', depth - 2)} {right}}} yes %{{{right} else {left}}} no %{{{left} endif {right}}}",
            lambda: f"%{{{left} for x in {self.of('list', depth - 2)} {right}}} <${{x}}> %{{{right} endfor {left}}}",
            lambda: f"%{{ for k, v in {self.of('map', depth - 2)} }}${{k}}=${{v}};%{{ endfor }}",
        ])()

    def heredoc(self, depth):
        r = self.random
        dash = r.choice(["", "-"])
        lines = []
        for _ in range(r.randint(0, 4)):
            line = "".join(self.part(0) for _ in range(r.randint(0, 2))).replace('\\"', "'")
            lines.append(" " * r.choice([0, 2, 4]) + line)
        body = "\n".join(lines)
        return f"<<{dash}EOT\n{body}\n  EOT\n" if body else f"<<{dash}EOT\nEOT\n"

    def make_number(self, depth):
        r = self.random
        return r.choice([
            lambda: f"{self.of('number', depth - 1)} {r.choice('+-*/%')} {self.of('number', depth - 1)}",
            lambda: f"-{self.of('number', depth - 1)}",
            lambda: self.call_returning("number", depth),
        ])()

    def make_bool(self, depth):
        r = self.random
        kind = r.choice(TYPES)
        return r.choice([
            lambda: f"{self.of('number', depth - 1)} {r.choice(['<', '>', '<=', '>='])} {self.of('number', depth - 1)}",
            lambda: f"{self.of(kind, depth - 1)} {r.choice(['==', '!='])} {self.of(kind, depth - 1)}",
            lambda: f"{self.of('bool', depth - 1)} {r.choice(['&&', '||'])} {self.of('bool', depth - 1)}",
            lambda: f"!{self.of('bool', depth - 1)}",
            lambda: self.call_returning("bool", depth),
        ])()

    def make_list(self, depth):
        r = self.random
        kind = r.choice(TYPES)
        return r.choice([
            lambda: "[" + ", ".join(self.of(kind, depth - 1) for _ in range(r.randint(0, 3))) + "]",
            lambda: self.for_list(depth),
            lambda: self.splat(depth),
            lambda: self.call_returning("list", depth),
        ])()

    make_tuple = make_list

    def make_set(self, depth):
        r = self.random
        return r.choice([
            lambda: f"toset({self.of('list', depth - 1)})",
            lambda: self.call_returning("set", depth),
        ])()

    def splat(self, depth):
        r = self.random
        kind = r.choice(["list", "set", "object", "map", "string"])
        tail = r.choice(["", ".a", ".b", "[0]", ".a[*]", "[\"a\"]", ".zz"])
        source = r.choice(["var.objs", f"({self.of(kind, depth - 1)})"])
        return source + r.choice(["[*]", ".*"]) + tail

    def for_list(self, depth):
        head, body, condition = self.for_parts(depth)
        return f"[for {head} : {body(self.random.choice(TYPES))}{condition}]"

    def for_parts(self, depth):
        r = self.random
        kind = r.choice(["list", "set", "map", "object", "tuple", "list", "string"])
        source = self.of(kind, depth - 1)
        names = r.choice([["x"], ["k", "x"]])
        head = ", ".join(names) + " in " + source

        def body(kind):
            self.bound += names
            text = self.of(kind, depth - 1)
            del self.bound[-len(names):]
            return text

        condition = f" if {body('bool')}" if r.random() < 0.3 else ""
        return head, body, condition

    def make_map(self, depth):
        r = self.random
        return r.choice([
            lambda: self.object(depth),
            lambda: self.for_map(depth),
            lambda: self.call_returning("map", depth),
        ])()

    make_object = make_map

    def object(self, depth):
        r = self.random
        items = []
        for _ in range(r.randint(0, 3)):
            key = r.choice(["a", "b", "c", '"k k"', "(var.s)", "(1)", "1", "true", '"${var.s}"', "(var.u_s)", "(null)", "(var.secret)"])
            items.append(f"{key} {r.choice('=:')} {self.of(r.choice(TYPES), depth - 1)}")
        return "{ " + ", ".join(items) + " }"

    def for_map(self, depth):
        r = self.random
        head, body, condition = self.for_parts(depth)
        group = r.choice(["", "", "..."])
        key = r.choice(["x", "k", body("string")]) if "k," in head else r.choice(["x", body("string")])
        return f"{{for {head} : {key} => {body(r.choice(TYPES))}{group}{condition}}}"

    def call_returning(self, kind, depth):
        fits = [n for n in self.names if self.returns(n, kind)]
        return self.call(self.random.choice(fits), depth)

    def returns(self, name, kind):
        found = self.functions[name]["return_type"]
        found = found if isinstance(found, str) else found[0]
        return found == kind or found == "dynamic"

    def call(self, name, depth):
        r = self.random
        signature = self.functions[name]
        parameters = list(signature.get("parameters", []))
        rest = signature.get("variadic_parameter")
        if rest:
            parameters += [rest] * r.randint(0, 3)
        if parameters and r.random() < 0.03:
            parameters.pop()
        if r.random() < 0.02:
            parameters.append({"type": "string"})
        arguments = [self.argument(p["type"], depth - 1) for p in parameters]
        dots = ""
        if rest and arguments and r.random() < 0.15:
            arguments[-1] = self.of("list", depth - 1)
            dots = "..."
        return f"{name}({', '.join(arguments)}{dots})"

    def argument(self, kind, depth):
        r = self.random
        if isinstance(kind, list):
            kind = kind[0]
        if kind == "dynamic":
            kind = r.choice(TYPES)
        return self.of(kind, depth)


FILES = {
    "a.txt": "hello\n",
    "b.txt": "b",
    "sub/c.txt": "c",
    "t.tmpl": "Hi ${name}:%{ for i in items ~}\n - ${i}\n%{ endfor ~}\n",
    "bad.tmpl": "a ${",
    "one.tmpl": "${v}",
    "self.tmpl": "${templatefile(\"one.tmpl\", {v = 1})}",
}


def signatures(path):
    with open(path) as file:
        return json.load(file)["function_signatures"]
