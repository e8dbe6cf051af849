//! Blueprints that are too large to keep as files.

use std::path::Path;

/// That of a case which has no file.
pub fn blueprint(path: &Path) -> Vec<u8> {
    let case = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    match case {
        Some("file_too_large") => vec![b'#'; 5 << 20],
        Some("too_many") => format!("entities: [{}]\n", "a,".repeat(400_000)).into_bytes(),
        Some("too_much") => {
            let all = |one: fn(usize) -> String| (0..240).map(one).collect::<Vec<_>>().join(", ");
            let (states, moves) = (
                all(|at| format!("s{at}")),
                all(|at| format!("a{at}: {{ by: staff, from: any, to: s{at} }}")),
            );
            let mut text = "blueprint: 1\nservice: { name: shop }\nidentity:\n  contexts:\n    staff: { grants: Grant }\nroles:\n  staff: { in: staff }\nroutes: standard\nentities:\n".to_owned();
            for name in ["Item", "Order", "Parcel", "Return"] {
                text += &format!(
                    "  {name}:\n    scope: platform\n    states: [{states}]\n    read: {{ staff: all }}\n    actions: {{ create: {{ by: staff }}, {moves} }}\n"
                );
            }
            text.into_bytes()
        }
        Some("scalar_too_long") => {
            let long = "x".repeat(70_000);
            format!("blueprint: 1\nservice: {{ name: shop, summary: {long} }}\n").into_bytes()
        }
        _ => panic!("{} is not there", path.display()),
    }
}
