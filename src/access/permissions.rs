//! The table of permissions: which roles hold each.

use super::model::Role;
use crate::http::Format;

/// Something a caller may be allowed to do.
pub trait Permission: 'static {
    /// As the contract shows it: `assessment:write`.
    const NAME: &'static str;
    /// Roles that hold it; none means that any key does.
    const ROLES: &'static [Role];
    /// Formats its operations can answer in.
    const FORMATS: &'static [Format] = &[Format::Json];
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident $text:literal: [$($role:ident),*] $(, formats: $formats:expr)?;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Permission for $name {
                const NAME: &'static str = $text;
                const ROLES: &'static [Role] = &[$(Role::$role),*];
                $(const FORMATS: &'static [Format] = $formats;)?
            }
        )*

        /// All permissions with the roles that hold them.
        pub const PERMISSIONS: &[(&str, &[Role])] = &[$(($text, $name::ROLES)),*];
    };
}

permissions! {
    /// What the caller is: any key.
    SelfRead "self:read": [];
    /// Units, criteria sets, code lists: any key.
    ReferenceRead "reference:read": [];
    /// Versions of a record: any key, as far as it may read the record.
    HistoryRead "history:read": [];
    /// Recording and annulling reforms of units.
    TerritoryManage "territory:manage": [Manager, Admin];
    /// Recording, ending and annulling statuses of units.
    StatusManage "status:manage": [Manager, Admin];
    AssessmentRead "assessment:read": [Viewer, Editor, Signer, Manager, Admin];
    AssessmentWrite "assessment:write": [Editor];
    /// Submitting, returning and reopening.
    AssessmentSign "assessment:sign": [Signer];
    ReportRead "report:read": [Viewer, Editor, Signer, Manager, Admin], formats: &[Format::Json, Format::Csv];
    JournalRead "journal:read": [Manager, Admin];
    /// Clients, keys and grants.
    AccessManage "access:manage": [Admin];
}
