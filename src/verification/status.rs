//! Where a verification has ended, for the shop's support and for pages that
//! poll by way of the shop's server.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Field, FieldFault, Opener, field::Faults};
use crate::store::{Progress, StoreError};

/// The body of `getVerificationStatus` as sent. All fields are required.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(bound(deserialize = "'de: 'a"))]
#[schema(as = VerificationStatusRequest)]
pub struct StatusFields<'a> {
    /// 토큰버전아이디
    #[schema(value_type = String, min_length = 1, pattern = r"^[^\x00]*$")]
    pub token_version_id: Field<'a>,
    /// getOAuthToken을 호출할 때 쇼핑몰 서버가 보관한 요청구분번호
    #[serde(rename = "reqNo")]
    #[schema(value_type = String, min_length = 1, pattern = r"^[^\x00]*$")]
    pub req_no: Field<'a>,
}

/// A valid question, from the shop's own server.
#[derive(Clone, Copy, Debug)]
pub struct StatusRequest<'a> {
    /// Identifies the session.
    pub token_version_id: &'a str,
    /// The `reqNo` that the shop's server stored at the start.
    pub req_no: &'a str,
}

impl<'a> StatusRequest<'a> {
    /// Checks the fields.
    ///
    /// # Errors
    ///
    /// All faulty fields at once, in the document's order.
    pub fn parse(fields: &'a StatusFields<'_>) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let token_version_id = faults.require("token_version_id", &fields.token_version_id);
        let req_no = faults.require("reqNo", &fields.req_no);
        let (Some(token_version_id), Some(req_no)) = (token_version_id, req_no) else {
            return Err(faults.0);
        };
        Ok(Self {
            token_version_id,
            req_no,
        })
    }
}

impl Opener {
    /// How far a verification has come; `None` if there is none with this
    /// `token_version_id` and this `reqNo`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn status(&self, asked: StatusRequest<'_>) -> Result<Option<Progress>, StoreError> {
        let progress = self.store.progress(asked.token_version_id).await?;
        Ok(progress.filter(|progress| *progress.requestno == *asked.req_no))
    }
}
