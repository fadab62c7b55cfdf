//! What the pages of accounts and groups show: links, and the banner of an account.

use crate::common::{Server, picture};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn links_are_addresses_that_one_can_open() {
    let server = Server::start().await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    let (mine, shown) = ("/api/v1/users/me/websites", "/api/v1/accounts/anne/profile");
    assert_eq!(server.json(shown).await, json!({"websites": [], "banners": []}));
    let links = json!({"websites": [
        {"label": " Our choir ", "url": "https://choir.example/#about"},
        {"label": "", "url": "http://elsewhere.example/~anne"}
    ]});
    assert_eq!(anne.put(mine, &links).await.status(), 204);
    assert_eq!(
        server.json(shown).await["websites"],
        json!([
            {"label": "Our choir", "url": "https://choir.example/#about"},
            {"label": "", "url": "http://elsewhere.example/~anne"}
        ])
    );
    for wrong in
        ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "https://anne@a.example/", "choir", ""]
    {
        let refused = anne.put(mine, &json!({"websites": [{"label": "x", "url": wrong}]})).await;
        assert_eq!(refused.status(), 400, "{wrong}");
        let body: Value = refused.json().await.unwrap();
        assert!(body["invalid-params"]["websites"]["msg"].is_string(), "{body}");
    }
    let long = json!({"websites": [{"label": "x".repeat(61), "url": "https://a.example/"}]});
    assert_eq!(anne.put(mine, &long).await.status(), 400);
    let many = vec![json!({"label": "", "url": "https://a.example/"}); 9];
    assert_eq!(anne.put(mine, &json!({"websites": many})).await.status(), 400);
    assert_eq!(anne.put(mine, &json!({"websites": "https://a.example/"})).await.status(), 400);
    assert_eq!(anne.put(mine, &json!({})).await.status(), 400);
    assert_eq!(server.json(shown).await["websites"].as_array().unwrap().len(), 2);

    let group = "/api/v1/groups/anne_channel/websites";
    assert_eq!(zoe.put(group, &links).await.status(), 403);
    assert_eq!(anne.put(group, &links).await.status(), 204);
    let profile = server.json("/api/v1/groups/anne_channel/profile").await;
    assert_eq!(profile["websites"].as_array().unwrap().len(), 2);
    let log = anne.json("/api/v1/groups/anne_channel/log").await;
    assert_eq!(log["data"][0]["action"], "described");
    assert_eq!(anne.put(mine, &json!({"websites": []})).await.status(), 204);
    assert_eq!(server.json(shown).await["websites"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_a_banner() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let form = || Form::new().part("bannerfile", Part::bytes(picture(2000, 800)).file_name("b.jpg"));
    let pick = "/api/v1/users/me/banner/pick";
    let picked = anne.request(Method::POST, pick).multipart(form()).send().await.unwrap();
    assert_eq!(picked.status(), 200);
    let picked: Value = picked.json().await.unwrap();
    let widths: Vec<u64> =
        picked["banners"].as_array().unwrap().iter().map(|one| one["width"].as_u64().unwrap()).collect();
    assert_eq!(widths, [600, 1920]);
    let shown = server.json("/api/v1/accounts/anne/profile").await;
    assert_eq!(shown["banners"][1]["path"], picked["banners"][1]["path"]);
    let file = server.get(shown["banners"][1]["path"].as_str().unwrap()).await;
    assert_eq!(
        (file.status().as_u16(), &file.headers()["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    // A banner is no avatar.
    assert_eq!(server.json("/api/v1/accounts/anne").await["avatars"], json!([]));
    assert_eq!(anne.delete("/api/v1/users/me/banner").await.status(), 204);
    assert_eq!(server.json("/api/v1/accounts/anne/profile").await["banners"], json!([]));
    server.stop().await;
}
