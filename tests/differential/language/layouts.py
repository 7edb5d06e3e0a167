"""Files whose layout was spoiled at random, without changing what they say."""

import re

from configurations import BASE, BLOCKS

TOKEN = re.compile(r'"(?:[^"\\\n$%]|\\.)*"|<<-?\w+(?=\n).*?\n\s*EOT\b|#[^\n]*|//[^\n]*|/\*.*?\*/|\w+|[ \t]+|\n|==|!=|<=|>=|=>|&&|\|\||\.\.\.|.', re.S)

SNIPPETS = [
    "a = 1\nbcd = 2 # x\ne=3 // y\n\nf = {\n a=1\n bb = 2\n}\n", "x = [\n1,2,\n 3 ]\n", "x = [for a in b: a if c]\n", "x = {for k,v in m: k=>v...}\n", "x = f( a , b... )\n",
    "x = a?b:c\n", "x = -a + !b*(c-d)\n", "x = a . b [ 0 ] . * . c\n", "x = \"${ a }${b}\"\n", "x = \"${a}\"\n", "block \"l\" m {\n}\n", "block { a = 1 }\n", "block {}\n", "block {\n\n\n a = 1\n\n\n}\n",
    "/* c */ a = 1\n", "a = 1 /* c */\nbb = 2\n", "a = <<EOT\nx\n EOT\nEOT\nb = 1\n", "a = {\n b = <<-EOT\n   x\n   EOT\n c = 1\n}\n", "a = [{\n b = 1\n}, {\n c = 2\n}]\n", "a = f([\n 1\n])\n", "a = f({\n b = 1\n})\n",
    "variable \"x\" {\n type = \"string\"\n}\n", "variable \"x\" {\n type = list\n}\n", "variable \"x\" {\n type = \"map\"\n default = \"${var.y}\"\n}\n", "a = (\n 1\n +\n 2\n)\n", "a = b ? c : d ? e : f\n", "a = \"%{ if x }y%{ endif }\"\n",
    "a = {\n  b = 1, c = 2\n  dd : 3\n  (e) = 4\n  \"f\" = 5\n}\n", "a = x[ \"y\" ]\n", "a = x::y ( z )\n", "a = { }\nb = [ ]\n", "a = 1\n# c\n\n# d\nbb = 2\n", "\n\n\na = 1\n\n\n", "a\t=\t1\n", "a = 1\r\nbb = 2\r\n", "\ufeffa = 1\n", "a = !(b) && -c || d\n", "é = 1\nbb = 2\n", "日本 = 1\na = 2\n",
]


class Layouts:
    def __init__(self, random):
        self.random = random

    def spoiled(self):
        r = self.random
        texts = [BASE["main.tf"], BASE["child/main.tf"], BASE["x_override.tf"]] + SNIPPETS * 3
        text = "\n".join(r.choice(texts) for _ in range(r.randint(1, 4)))
        if r.random() < 0.3:
            text += r.choice(BLOCKS)
        if len(text) > 1500 and r.random() < 0.8:
            text = self.excerpt(text)
        return "".join(self.spoil(token, r.random() * 0.3) for token in TOKEN.findall(text))

    def excerpt(self, text):
        """Some of the top-level blocks."""
        blocks = re.split(r"\n(?=\S[^\n]*\{\n)", text)
        picked = [b for b in blocks if self.random.random() < 0.3]
        return "\n".join(picked or blocks[:1])

    def spoil(self, token, chance):
        r = self.random
        if r.random() > chance:
            return token
        if token.isspace() and "\n" not in token:
            return r.choice(["", " ", "  ", "     ", "\t", " /* c */ "])
        if token == "\n":
            return r.choice(["\n", "\n", "\n\n", "  \n", "\n\n\n", " # c\n", "\n  # d\n", "\n      ", "\r\n"])
        if token in "=+-*/?:,.([{)]}" or token in ("=>", "==", "&&", "||", "..."):
            return r.choice([" ", "", "   "]) + token + r.choice([" ", "", "   ", "\n"] if token in "([{," else [" ", "", "   "])
        return token
