//! `trueup show`

use snapbox::str;

use crate::{
    environment::{TestEnvironment, check},
    state::{FILE, STACK},
};

#[test]
fn the_whole_state() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["show"]),
        str![[r##"
# terraform_data.many[0]:
resource "terraform_data" "many" {
    id     = "00000002-0000-4000-8000-000000000000"
    input  = 0
    output = 0
}

# terraform_data.many[1]:
resource "terraform_data" "many" {
    id     = "00000003-0000-4000-8000-000000000000"
    input  = 1
    output = 1
}

# terraform_data.one:
resource "terraform_data" "one" {
    id     = "00000004-0000-4000-8000-000000000000"
    input  = {
        size = 2
        text = <<-EOT
            a
            b
        EOT
    }
    output = {
        size = 2
        text = <<-EOT
            a
            b
        EOT
    }
}


# module.m.terraform_data.inner:
resource "terraform_data" "inner" {
    id = "00000005-0000-4000-8000-000000000000"
}


Outputs:

greeting = "hello"
list = [
    "x",
    "y",
]
secret = (sensitive value)

"##]],
    );
    assert_eq!(environment.run(&["show"]), environment.run(&["show", FILE]));
}

#[test]
fn the_state_as_json() {
    let environment = TestEnvironment::with(&[(FILE, STACK)]);
    check(
        environment.run(&["show", "-json"]),
        str![[r#"
{"format_version":"1.0","terraform_version":"1.11.4","values":{"outputs":{"greeting":{"sensitive":false,"value":"hello","type":"string"},"list":{"sensitive":false,"value":["x","y"],"type":["set","string"]},"secret":{"sensitive":true,"value":"hunter2","type":"string"}},"root_module":{"resources":[{"address":"terraform_data.many[0]","mode":"managed","type":"terraform_data","name":"many","index":0,"provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000002-0000-4000-8000-000000000000","input":0,"output":0,"triggers_replace":null},"sensitive_values":{}},{"address":"terraform_data.many[1]","mode":"managed","type":"terraform_data","name":"many","index":1,"provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000003-0000-4000-8000-000000000000","input":1,"output":1,"triggers_replace":null},"sensitive_values":{}},{"address":"terraform_data.one","mode":"managed","type":"terraform_data","name":"one","provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000004-0000-4000-8000-000000000000","input":{"size":2,"text":"a\nb"},"output":{"size":2,"text":"a\nb"},"triggers_replace":null},"sensitive_values":{"input":{},"output":{}}}],"child_modules":[{"resources":[{"address":"module.m.terraform_data.inner","mode":"managed","type":"terraform_data","name":"inner","provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"00000005-0000-4000-8000-000000000000","input":null,"output":null,"triggers_replace":null},"sensitive_values":{}}],"address":"module.m"}]}}}

"#]],
    );
}

#[test]
fn without_a_state() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["show"]),
        str![[r#"
No state.

"#]],
    );
    check(
        environment.run(&["show", "-json"]),
        str![[r#"
{"format_version":"1.0"}

"#]],
    );
    check(
        environment.run(&["show", "nope"]),
        str![[r#"
--- stderr ---

Error: Failed to read the given file as a state or plan file

nope cannot be used: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["show", "a", "b"]),
        str![[r#"
--- stderr ---

Error: Too many command line arguments

Expected at most one positional argument.

For more help on using this command, run:
  terraform show -help
--- exit status: 1 ---

"#]],
    );
}

/// The folder, and below it what `terraform show -json` says of a plan of it,
/// lists without an order sorted.
const PLANNED: &[(&str, &str)] = &[
    (
        "main.tf",
        r#"variable "size" { default = 2 }
resource "terraform_data" "one" {
  input = { size = var.size }
}
module "m" {
  source = "./m"
  in     = terraform_data.one.output.size
}
check "c" {
  assert {
    condition     = var.size > 1
    error_message = "small"
  }
}
output "o" { value = module.m.out }
"#,
    ),
    (
        "m/main.tf",
        r#"variable "in" {}
resource "terraform_data" "inner" { input = var.in }
output "out" { value = terraform_data.inner.output }
"#,
    ),
];

const DOCUMENT: &str = r#"{
 "format_version": "1.2",
 "terraform_version": "1.11.4",
 "variables": {
  "size": {
   "value": 2
  }
 },
 "planned_values": {
  "outputs": {
   "o": {
    "sensitive": false
   }
  },
  "root_module": {
   "resources": [
    {
     "address": "terraform_data.one",
     "mode": "managed",
     "type": "terraform_data",
     "name": "one",
     "provider_name": "terraform.io/builtin/terraform",
     "schema_version": 0,
     "values": {
      "input": {
       "size": 2
      },
      "triggers_replace": null
     },
     "sensitive_values": {
      "input": {},
      "output": {}
     }
    }
   ],
   "child_modules": [
    {
     "resources": [
      {
       "address": "module.m.terraform_data.inner",
       "mode": "managed",
       "type": "terraform_data",
       "name": "inner",
       "provider_name": "terraform.io/builtin/terraform",
       "schema_version": 0,
       "values": {
        "triggers_replace": null
       },
       "sensitive_values": {}
      }
     ],
     "address": "module.m"
    }
   ]
  }
 },
 "resource_changes": [
  {
   "address": "terraform_data.one",
   "mode": "managed",
   "type": "terraform_data",
   "name": "one",
   "provider_name": "terraform.io/builtin/terraform",
   "change": {
    "actions": [
     "create"
    ],
    "before": null,
    "after": {
     "input": {
      "size": 2
     },
     "triggers_replace": null
    },
    "after_unknown": {
     "id": true,
     "input": {},
     "output": true
    },
    "before_sensitive": false,
    "after_sensitive": {
     "input": {},
     "output": {}
    }
   }
  },
  {
   "address": "module.m.terraform_data.inner",
   "module_address": "module.m",
   "mode": "managed",
   "type": "terraform_data",
   "name": "inner",
   "provider_name": "terraform.io/builtin/terraform",
   "change": {
    "actions": [
     "create"
    ],
    "before": null,
    "after": {
     "triggers_replace": null
    },
    "after_unknown": {
     "id": true,
     "input": true,
     "output": true
    },
    "before_sensitive": false,
    "after_sensitive": {}
   }
  }
 ],
 "output_changes": {
  "o": {
   "actions": [
    "create"
   ],
   "before": null,
   "after_unknown": true,
   "before_sensitive": false,
   "after_sensitive": false
  }
 },
 "configuration": {
  "provider_config": {
   "terraform": {
    "name": "terraform",
    "full_name": "terraform.io/builtin/terraform"
   }
  },
  "root_module": {
   "outputs": {
    "o": {
     "expression": {
      "references": [
       "module.m.out",
       "module.m"
      ]
     }
    }
   },
   "resources": [
    {
     "address": "terraform_data.one",
     "mode": "managed",
     "type": "terraform_data",
     "name": "one",
     "provider_config_key": "terraform",
     "expressions": {
      "input": {
       "references": [
        "var.size"
       ]
      }
     },
     "schema_version": 0
    }
   ],
   "module_calls": {
    "m": {
     "source": "./m",
     "expressions": {
      "in": {
       "references": [
        "terraform_data.one.output.size",
        "terraform_data.one.output",
        "terraform_data.one"
       ]
      }
     },
     "module": {
      "outputs": {
       "out": {
        "expression": {
         "references": [
          "terraform_data.inner.output",
          "terraform_data.inner"
         ]
        }
       }
      },
      "resources": [
       {
        "address": "terraform_data.inner",
        "mode": "managed",
        "type": "terraform_data",
        "name": "inner",
        "provider_config_key": "terraform",
        "expressions": {
         "input": {
          "references": [
           "var.in"
          ]
         }
        },
        "schema_version": 0
       }
      ],
      "variables": {
       "in": {}
      }
     }
    }
   },
   "variables": {
    "size": {
     "default": 2
    }
   }
  }
 },
 "relevant_attributes": [
  {
   "resource": "module.m.terraform_data.inner",
   "attribute": [
    "output"
   ]
  },
  {
   "resource": "terraform_data.one",
   "attribute": [
    "output",
    "size"
   ]
  }
 ],
 "checks": [
  {
   "address": {
    "kind": "check",
    "name": "c",
    "to_display": "check.c"
   },
   "status": "pass",
   "instances": [
    {
     "address": {
      "to_display": "check.c"
     },
     "status": "pass"
    }
   ]
  }
 ],
 "timestamp": null,
 "applyable": true,
 "complete": true,
 "errored": false
}"#;

#[test]
fn a_saved_plan_as_json_is_terraforms_document() {
    let environment = TestEnvironment::with(PLANNED);
    environment.run(&["plan", "-out=p"]);
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let mut shown = json(&environment.run(&["show", "-json", "p"]));
    let timestamp = shown["timestamp"].take();
    assert_eq!(
        timestamp.as_str().map(str::len),
        Some("2026-01-01T00:00:00Z".len())
    );
    let relevant = shown["relevant_attributes"].as_array_mut().unwrap();
    relevant.sort_by_key(|attribute| attribute["resource"].to_string());
    assert_eq!(shown, json(DOCUMENT));
    // The same stack applied: the document names what there was.
    environment.run(&["apply", "p"]);
    environment.run(&["plan", "-out=p", "-var=size=3"]);
    let shown = json(&environment.run(&["show", "-json", "p"]));
    let prior = &shown["prior_state"]["values"]["root_module"]["resources"][0];
    assert_eq!(prior["values"]["input"]["size"], 2);
    assert_eq!(shown["variables"]["size"]["value"], "3");
}
