//! How our own types stand in columns: identifiers and enumerations as text.

/// Lets types with `as_str()` and `from_text()` be read and written as TEXT on both databases.
#[macro_export]
macro_rules! text_columns {
    ($($name:ty),+ $(,)?) => {$(
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                <$name>::from_text(&text)
                    .ok_or_else(|| format!("`{text}` is no {}", std::any::type_name::<$name>()).into())
            }
        }

        impl<DB> diesel::deserialize::Queryable<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            $name: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            type Row = $name;

            fn build(row: $name) -> diesel::deserialize::Result<$name> {
                Ok(row)
            }
        }

        $crate::text_columns!(@expression $name, diesel::sql_types::Text);
        $crate::text_columns!(@expression $name, diesel::sql_types::Nullable<diesel::sql_types::Text>);

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Nullable<diesel::sql_types::Text>, DB> for $name
        where
            DB: diesel::backend::Backend,
            $name: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <$name as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self, out)
            }
        }
    )+};
    (@expression $name:ty, $sql:ty) => {
        impl diesel::expression::AsExpression<$sql> for $name {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, $name>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }

        impl<'a> diesel::expression::AsExpression<$sql> for &'a $name {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, &'a $name>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }

        impl<'a> diesel::expression::AsExpression<$sql> for &'_ &'a $name {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, &'a $name>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(*self)
            }
        }
    };
}
pub use text_columns;

use crate::ids::{
    AdministrationId, AssignmentId, CaseId, CycleId, EvidenceId, GrantId, PersonId, ResultId, RowId,
    SessionId, SubmissionId, UnitId,
};

text_columns!(
    AdministrationId,
    AssignmentId,
    CaseId,
    CycleId,
    EvidenceId,
    GrantId,
    PersonId,
    ResultId,
    RowId,
    SessionId,
    SubmissionId,
    UnitId,
);
