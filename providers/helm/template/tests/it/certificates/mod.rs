//! Keys and certificates. With a source that stands still they are always the same: `chain.txt`
//! is what `chain.tpl` prints, and was verified with OpenSSL.

use std::{fs, path::Path};

use crate::functions::print;

/// A key on a curve that certificates aren't made for.
const OTHER_CURVE: &str = "-----BEGIN EC PRIVATE KEY-----
MC4CAQEEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHoAcGBSuBBAAK
-----END EC PRIVATE KEY-----
";

/// Numbers of the form of a DSA key, too small for one.
const DSA: &str = "-----BEGIN DSA PRIVATE KEY-----
MBICAQACAQcCAQMCAQICAQQCAQI=
-----END DSA PRIVATE KEY-----
";

#[test]
fn chains_of_certificates() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/certificates");
    let template = fs::read_to_string(folder.join("chain.tpl")).unwrap();
    let expected = fs::read_to_string(folder.join("chain.txt")).unwrap();
    assert_eq!(print(&template, ""), Ok(expected));
}

/// Errors of certificates for a key and of those that an authority signs, as Helm has them.
#[test]
fn keys_that_do_not_go() {
    let ecdsa = print("{{ genPrivateKey \"ecdsa\" }}", "").unwrap();
    let rename = |name: &str| ecdsa.replace("EC PRIVATE KEY", name);
    let read = "error calling genCAWithKey: parsing private key: ";
    let table = [
        (String::new(), "no PEM data in input"),
        (
            rename("EC PUBLIC KEY"),
            "no private key data in PEM block of type EC PUBLIC KEY",
        ),
        (
            rename("SOME PRIVATE KEY"),
            "invalid private key type SOME PRIVATE KEY",
        ),
        (
            rename("RSA PRIVATE KEY"),
            "parsing RSA private key from PEM: x509: failed to parse private key (use ParseECPrivateKey instead for this key format)",
        ),
        (
            rename("PRIVATE KEY"),
            "decoding PEM as PKCS#8: x509: failed to parse private key (use ParseECPrivateKey instead for this key format)",
        ),
        (
            OTHER_CURVE.to_owned(),
            "parsing EC private key from PEM: x509: unknown elliptic curve",
        ),
    ];
    for (key, expected) in table {
        let outcome = print("{{ genCAWithKey \"ca\" 1 . }}", &key);
        assert_eq!(failure(outcome), format!("{read}{expected}"), "{key}");
    }
}

#[test]
fn certificates_that_cannot_be_made() {
    let authority = "{{ $a := genCAWithKey \"ca\" 1 (genPrivateKey \"ecdsa\") }}";
    let other =
        "{{ $a = buildCustomCert ($a.Cert | b64enc) (genPrivateKey \"ed25519\" | b64enc) }}";
    let signed = "{{ genSignedCertWithKey \"x\" nil nil 1 $a (genPrivateKey \"ecdsa\") }}";
    let table = [
        (
            format!("{authority}{other}{signed}"),
            "genSignedCertWithKey: error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
        ),
        (
            "{{ genSelfSignedCertWithKey \"x\" nil (list \"ü\") 1 (genPrivateKey \"ecdsa\") }}"
                .into(),
            "genSelfSignedCertWithKey: error creating certificate: x509: \"ü\" cannot be encoded as an IA5String",
        ),
        (
            "{{ genSelfSignedCertWithKey \"x\" nil (list 5) 1 (genPrivateKey \"ecdsa\") }}".into(),
            "genSelfSignedCertWithKey: error processing alternate dns name: 5 is not a string",
        ),
        (
            "{{ genSelfSignedCertWithKey \"x\" (list 5) (list 5) 1 (genPrivateKey \"ecdsa\") }}"
                .into(),
            "genSelfSignedCertWithKey: error parsing ip: 5 is not a string",
        ),
        (
            "{{ genSelfSignedCertWithKey \"x\" (list \"1.2.3\") nil 1 (genPrivateKey \"ecdsa\") }}"
                .into(),
            "genSelfSignedCertWithKey: error parsing ip: 1.2.3",
        ),
        (
            "{{ buildCustomCert \"!\" \"\" }}".into(),
            "buildCustomCert: unable to decode base64 certificate",
        ),
        (
            "{{ buildCustomCert (b64enc \"x\") \"\" }}".into(),
            "buildCustomCert: unable to decode certificate",
        ),
        (
            format!("{authority}{{{{ buildCustomCert ($a.Cert | b64enc) (b64enc \"x\") }}}}"),
            "buildCustomCert: error parsing private key: no PEM data in input",
        ),
    ];
    for (template, expected) in table {
        let outcome = print(&template, "");
        assert_eq!(
            failure(outcome),
            format!("error calling {expected}"),
            "{template}"
        );
    }
}

/// A DSA key can be read, but no certificate goes with it.
#[test]
fn dsa_keys() {
    assert_eq!(
        failure(print("{{ genCAWithKey \"ca\" 1 . }}", DSA)),
        "error calling genCAWithKey: error creating certificate: x509: certificate private key does not implement crypto.Signer"
    );
    let signed = "{{ $a := genCAWithKey \"ca\" 1 (genPrivateKey \"ecdsa\") }}\
                  {{ genSignedCertWithKey \"x\" nil nil 1 $a . }}";
    assert_eq!(
        failure(print(signed, DSA)),
        "error calling genSignedCertWithKey: error creating certificate: x509: unsupported public key type: *dsa.PublicKey"
    );
}

/// What follows the place in the error.
fn failure(outcome: Result<String, String>) -> String {
    let message = outcome.unwrap_err();
    message.rsplit(">: ").next().unwrap().to_owned()
}
