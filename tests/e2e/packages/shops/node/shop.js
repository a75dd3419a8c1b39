// A shop that speaks to NICE itself, as NICE's guide tells.
const { createCipheriv, createDecipheriv, createHash, createHmac } = require("node:crypto");

const hmac = (key, text) => createHmac("sha256", key).update(text).digest("base64");

class Shop {
  constructor(nice) {
    this.nice = nice;
  }

  async begin() {
    const { baseUrl, clientId, productId, institutionToken } = this.nice;
    const now = Math.floor(Date.now() / 1000);
    const [req_dtim, req_no] = ["20260115010203", "REQ1"];
    const answer = await fetch(`${baseUrl}/digital/niceid/api/v1.0/common/crypto/token`, {
      method: "POST",
      headers: {
        authorization: `bearer ${btoa(`${institutionToken}:${now}:${clientId}`)}`,
        productid: productId,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        dataHeader: { CNTY_CD: "ko" }, dataBody: { req_dtim, req_no, enc_mode: "1" },
      }),
    });
    const { dataHeader, dataBody } = await answer.json();
    if (dataHeader.GW_RSLT_CD !== "1200") throw new Error(dataHeader.GW_RSLT_CD);
    const digest = createHash("sha256").update(`${req_dtim}${req_no}${dataBody.token_val}`)
      .digest("base64");
    this.key = digest.slice(0, 16);
    this.iv = digest.slice(-16);
    this.hmacKey = digest.slice(0, 32);
    const cipher = createCipheriv("aes-128-cbc", this.key, this.iv);
    const request = JSON.stringify({
      requestno: "R1", returnurl: "https://shop.example/back", sitecode: dataBody.site_code,
      methodtype: "get",
    });
    const enc_data = cipher.update(request, "utf8", "base64") + cipher.final("base64");
    const integrity_value = hmac(this.hmacKey, enc_data);
    return { token_version_id: dataBody.token_version_id, enc_data, integrity_value };
  }

  finish({ enc_data, integrity_value }) {
    if (hmac(this.hmacKey, enc_data) !== integrity_value) throw new Error("integrity");
    const decipher = createDecipheriv("aes-128-cbc", this.key, this.iv);
    const plain = Buffer.concat([decipher.update(enc_data, "base64"), decipher.final()]);
    return JSON.parse(new TextDecoder("euc-kr").decode(plain));
  }

  // Of 통합인증: what the browser opens.
  async authUrl() {
    const { baseUrl, integrated } = this.nice;
    const base = `${baseUrl}/ido/intc/v1.0/auth`;
    const basic = Buffer.from(`${integrated.clientId}:${integrated.clientSecret}`)
      .toString("base64url");
    const call = async (name, authorization, body) => (await fetch(`${base}/${name}`, {
      method: "POST",
      headers: {
        authorization, "content-type": "application/json", "x-intc-devlang": "Linux/Node",
      },
      body: JSON.stringify({ request_no: `SHOP${Date.now()}${name}0000000000`, ...body }),
    })).json();
    const token = await call("token", `Basic ${basic}`, { grant_type: "client_credentials" });
    const begun = await call("url", `Bearer ${token.access_token}`, {
      svc_types: ["M"], return_url: "https://shop.example/back",
    });
    return begun.auth_url;
  }
}

module.exports = { Shop };
