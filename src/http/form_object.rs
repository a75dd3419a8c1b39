//! A form whose known fields are text: the same fields as in JSON.

use std::borrow::Cow;

use super::json_object::JsonFault;
use crate::verification::Field;

/// Reads an `application/x-www-form-urlencoded` body and answers the values
/// of the fields called `names`, in their order.
///
/// # Errors
///
/// [`JsonFault::DuplicateKey`] when a known field is there twice.
pub fn parse<'a, const N: usize>(
    form: &'a [u8],
    names: &[&str; N],
) -> Result<[Field<'a>; N], JsonFault> {
    let mut fields: [Option<Cow<'a, str>>; N] = std::array::from_fn(|_| None);
    for (name, value) in url::form_urlencoded::parse(form) {
        if let Some(index) = names.iter().position(|known| *known == name)
            && fields[index].replace(value).is_some()
        {
            return Err(JsonFault::DuplicateKey);
        }
    }
    Ok(fields.map(|value| value.map_or(Field::Absent, Field::text)))
}
