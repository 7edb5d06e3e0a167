//! Flags, help and exit codes that all commands share.

use snapbox::str;

use crate::environment::{TestEnvironment, check};

#[test]
fn version_tells_which_terraform_it_speaks() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["version"]),
        str![[r#"
trueup v0.1.0
on linux_amd64
compatible with Terraform v1.11.4

"#]],
    );
    check(
        environment.run(&["-version"]),
        str![[r#"
trueup v0.1.0
on linux_amd64
compatible with Terraform v1.11.4

"#]],
    );
    check(
        environment.run(&["version", "-json"]),
        str![[r#"
{
  "terraform_version": "1.11.4",
  "trueup_version": "0.1.0",
  "platform": "linux_amd64",
  "provider_selections": {},
  "terraform_outdated": false
}

"#]],
    );
}

#[test]
fn no_command_shows_the_commands_and_fails_as_terraform_does() {
    check(
        TestEnvironment::new().run(&[]),
        str![[r#"
Plan and apply Terraform configurations, with AWS, Kubernetes and Helm built in

Usage: trueup [OPTIONS] [COMMAND]

Commands:
  new           Begin with a ready-made stack
  init          Prepare the working directory for other commands
  plan          Show changes required by the current configuration
  apply         Create or update infrastructure
  destroy       Destroy previously-created infrastructure
  drift         Show what was changed behind trueup's back, by whom, and when
  refresh       Update the state to match remote systems
  import        Associate existing infrastructure with a resource of the configuration
  console       Try expressions at a prompt
  fmt           Rewrite configuration files to the canonical layout
  get           Write down where local modules are
  graph         Draw the resources and what they depend on
  helm          Work with Helm charts
  lint          Say what will go wrong if the plan is applied
  force-unlock  Remove a lock that nobody holds any more
  metadata      Print what tools want to know about trueup itself
  modules       List the modules the configuration calls
  output        Show the values of outputs
  show          Show the state or a saved plan
  state         Look at the state and change it by hand
  taint         Mark a resource instance as not fully functional
  untaint       Mark a tainted resource instance as functional again
  providers     Show the providers required for this configuration
  validate      Check whether the configuration is valid
  version       Show the current trueup version
  watch         Look for drift on a schedule, and tell when it changes
  workspace     List, select, make and delete workspaces
  completion    Print a completion script for a shell
  help          Print the help of trueup or of one of its commands
  man           Print the manual page of trueup or of one of its commands

Options:
      --chdir <DIR>  Switch to a different working directory before executing the command
      --version      An alias for the "version" command
      --no-color     Never colour the output
  -h, --help         Print help

Flags may be written with one dash or two: -json and --json are the same.
--- exit status: 127 ---

"#]],
    );
}

#[test]
fn a_typo_is_answered_with_a_suggestion() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["versoin"]),
        str![[r#"
--- stderr ---
error: unrecognized subcommand 'versoin'

  tip: a similar subcommand exists: 'version'

Usage: trueup [OPTIONS] [COMMAND]

For more information, try '--help'.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["version", "-jsno"]),
        str![[r#"
--- stderr ---
error: unexpected argument '-jsno' found

  tip: a similar argument exists: '-json'

Usage: trueup version -json

For more information, try '-help'.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn what_terraform_and_helm_have_is_not_mistaken_for_a_typo() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["test"]),
        str![[r#"
--- stderr ---
error: unrecognized subcommand 'test'

  tip: test files are not run yet; 'terraform test' runs them in the same folder

Usage: trueup [OPTIONS] [COMMAND]

For more information, try '--help'.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["providers", "lock"]),
        str![[r#"
--- stderr ---
error: unrecognized subcommand 'lock'

  tip: providers are built in: there is nothing to lock or to mirror

Usage: trueup providers [OPTIONS]
       trueup providers <COMMAND>

For more information, try '--help'.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["helm", "install", "web", "./chart"]),
        str![[r#"
--- stderr ---
error: unrecognized subcommand 'install'

  tip: a release is a resource helm_release of a stack: 'trueup apply' makes and changes it

Usage: trueup helm [OPTIONS] <COMMAND>

For more information, try '--help'.
--- exit status: 1 ---

"#]],
    );
    check(
        environment.run(&["helm", "ls"]),
        str![[r#"
--- stderr ---
error: unrecognized subcommand 'ls'

  tip: 'helm ls' works on what trueup installed, too

Usage: trueup helm [OPTIONS] <COMMAND>

For more information, try '--help'.
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn help_is_had_before_a_command_and_behind_it() {
    let environment = TestEnvironment::new();
    let behind = environment.run(&["state", "mv", "-help"]);
    assert_eq!(environment.run(&["help", "state", "mv"]), behind);
    assert_eq!(environment.run(&["-help", "state", "mv"]), behind);
    assert_eq!(environment.run(&["help"]), environment.run(&["-help"]));
    check(
        environment.run(&["help", "plam"]),
        str![[r#"
--- stderr ---

Error: Unknown command

There is no command "trueup plam". Did you mean "plan"?
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn help_shows_the_flags_that_mean_something() {
    let environment = TestEnvironment::new();
    let help = |command: &str| environment.run(&["help", command]);
    for (command, flag) in [
        ("destroy", "--destroy"),
        ("destroy", "--refresh-only"),
        ("refresh", "--replace"),
        ("drift", "a line for each event"),
    ] {
        assert!(!help(command).contains(flag), "{command} {flag}");
    }
    assert!(help("drift").contains("as one JSON document"));
}

#[test]
fn chdir_names_the_folder_that_is_not_there() {
    check(
        TestEnvironment::new().run(&["-chdir=nowhere", "version"]),
        str![[r#"
--- stderr ---

Error: Error handling -chdir option

nowhere: No such file or directory (os error 2).
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn a_manual_page_is_made_of_the_help() {
    let environment = TestEnvironment::new();
    check(
        environment.run(&["man", "workspace", "select"]),
        str![[r#"
.TH TRUEUP\-WORKSPACE\-SELECT 1 "" "trueup 0.1.0" "trueup manual"
.SH NAME
trueup\-workspace\-select \- Make another workspace the current one
.SH SYNOPSIS
.nf
\fBtrueup workspace select\fR [OPTIONS] <NAME>
.fi
.SH DESCRIPTION
.PP
Make another workspace the current one.
.SH ARGUMENTS
.TP
\fINAME\fR
Its name
.SH OPTIONS
.TP
\fB\-\-or\-create\fR
Make the workspace if it doesn't exist
.TP
\fB\-\-no\-color\fR
Never colour the output
.TP
\fB\-h\fR, \fB\-\-help\fR
Print help
.SH EXAMPLES
.nf
\ \ trueup workspace select staging
\ \ trueup workspace select \-or\-create staging
.fi
.SH SEE ALSO
\fBtrueup\-workspace\fR(1)

"#]],
    );
    check(environment.run(&["man", "-all=pages"]), str![]);
    let page = std::fs::read_to_string(environment.work().join("pages/trueup.1"));
    assert!(page.is_ok_and(|page| page.contains(".SH ENVIRONMENT\n")));
    check(
        environment.run(&["man", "plam"]),
        str![[r#"
--- stderr ---

Error: Unknown command

There is no command "trueup plam". Did you mean "plan"?
--- exit status: 1 ---

"#]],
    );
}

#[test]
fn bash_completes_flags_with_one_dash_and_with_two() {
    let environment = TestEnvironment::new();
    environment.write("trueup.bash", &environment.run(&["completion", "bash"]));
    let complete = |words: &str| {
        let script = format!(
            "source ./trueup.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _trueup trueup \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let mut bash = std::process::Command::new("bash");
        let output = bash
            .args(["-c", &script])
            .current_dir(environment.work())
            .output();
        output
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .ok()
    };
    let cases = [
        ("trueup destr", "destroy\n"),
        ("trueup plan -de", "-destroy -detailed-exitcode\n"),
        ("trueup plan --de", "--destroy --detailed-exitcode\n"),
        ("trueup state m", "mv\n"),
        ("trueup helm template -set-f", "\n"),
        ("trueup helm template --set-f", "--set-file\n"),
    ];
    for (words, expected) in cases {
        assert_eq!(complete(words).as_deref(), Some(expected), "{words}");
    }
}

#[test]
fn fish_completes_after_a_flag_with_one_dash_and_with_two() {
    let environment = TestEnvironment::new();
    environment.write("trueup.fish", &environment.run(&["completion", "fish"]));
    let complete = |words: &str| {
        let script = format!("source ./trueup.fish; complete -C'{words}' | cut -f1");
        let mut fish = std::process::Command::new("fish");
        let output = fish
            .args(["--no-config", "-c", &script])
            .current_dir(environment.work())
            .output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if complete("trueup ").is_err() {
        return eprintln!("not tried: fish is not installed");
    }
    let cases = [
        ("trueup destr", "destroy\n"),
        ("trueup -chdir=stack destr", "destroy\n"),
        ("trueup --chdir=stack destr", "destroy\n"),
        ("trueup -no-color -chdir=stack state m", "mv\n"),
        (
            "trueup -chdir=stack plan -de",
            "-destroy\n-detailed-exitcode\n",
        ),
        (
            "trueup -chdir=stack plan --de",
            "--destroy\n--detailed-exitcode\n",
        ),
        ("trueup -chdir=stack helm template --set-f", "--set-file\n"),
    ];
    for (words, expected) in cases {
        assert_eq!(complete(words).ok().as_deref(), Some(expected), "{words}");
    }
}
