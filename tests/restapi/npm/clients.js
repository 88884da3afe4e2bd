// What a shop's script does with each of three clients from npm, unchanged. They sign by OAuth 1.0a.
//
//   node clients.js <client> '{"url", "consumerKey", "consumerSecret", "accessToken", "tokenSecret"}'
//
// Prints one JSON document of what came back.

const product = (sku, price) => ({
  product: {
    sku,
    name: `Product ${sku}`,
    price,
    type_id: "simple",
    attribute_set_id: 4,
    extension_attributes: { stock_item: { qty: 10, is_in_stock: true } },
  },
});
const SKUS = ["24-MB01", "24-MB02", "24-MB03"];

async function magentoApiRest(shop) {
  const MagentoApi = require("magento-api-rest").default;
  const results = {};
  for (const sha of [1, 256]) {
    const client = new MagentoApi({ ...shop, sha });
    results[`websites by ${sha}`] = (await client.get("store/websites")).data.map((each) => each.code);
  }
  const client = new MagentoApi({ ...shop, sha: 256 });
  for (const [place, sku] of SKUS.entries()) await client.post("products", product(sku, 30 + place));
  await client.put("products/24-MB01", { product: { name: "Joust Duffle Bag" } });
  results.name = (await client.get("products/24-MB01")).data.name;
  results.pages = [];
  for (const currentPage of [1, 2]) {
    const found = await client.get("products", {
      filter_groups: [{ filters: [{ field: "price", value: 30, condition_type: "gteq" }] }],
      sort_orders: [{ field: "price", direction: "DESC" }],
      page_size: 2,
      current_page: currentPage,
    });
    results.pages.push(found.data.items.map((each) => each.sku));
  }
  const order = (await client.post("orders", shop.order)).data;
  results.order = order.status;
  await client.post(`order/${order.entity_id}/invoice`, { capture: true, notify: false });
  const shipment = (await client.post(`order/${order.entity_id}/ship`, { notify: false })).data;
  results.shipped = (await client.get(`shipment/${shipment}`)).data.order_id === order.entity_id;
  results.complete = (await client.get(`orders/${order.entity_id}`)).data.status;
  results.salable = (await client.get("stockItems/24-MB01")).data.qty;
  results.deleted = (await client.delete("products/24-MB03")).data;
  const wrong = new MagentoApi({ ...shop, consumerSecret: "0".repeat(32) });
  results.refused = await wrong.get("store/websites").catch((error) => error.response.data.message);
  return results;
}

async function restClient(shop) {
  const { Magento2Client } = require("magento2-rest-client");
  const client = Magento2Client({ ...shop, url: `${shop.url}/rest`, accessTokenSecret: shop.tokenSecret });
  const results = {};
  for (const [place, sku] of SKUS.entries()) await client.products.create(product(sku, 30 + place));
  results.name = (await client.products.update("24-MB01", { product: { name: "Joust" } })).name;
  results.media = (await client.productMedia.list("24-MB01")).length;
  results.total = (await client.products.list("")).totalCount;
  results.deleted = await client.products.delete("24-MB03");
  return results;
}

async function apiWrapper(shop) {
  const Magento2Api = require("magento2-api-wrapper");
  const client = new Magento2Api({ api: shop });
  const results = {};
  for (const [place, sku] of SKUS.entries()) await client.post("products", product(sku, 30 + place));
  results.name = (await client.put("products/24-MB01", { product: { name: "Joust" } })).name;
  const params = {
    searchCriteria: {
      filterGroups: [{ filters: [{ field: "name", value: "%Product%", condition_type: "like" }] }],
      pageSize: 2,
    },
  };
  results.found = (await client.get("products", { params })).items.map((each) => each.sku);
  results.websites = (await client.get("store/websites")).length;
  results.deleted = await client.delete("products/24-MB03");
  return results;
}

const CLIENTS = {
  "magento-api-rest": magentoApiRest,
  "magento2-rest-client": restClient,
  "magento2-api-wrapper": apiWrapper,
};

CLIENTS[process.argv[2]](JSON.parse(process.argv[3])).then(
  (results) => console.log(JSON.stringify(results)),
  (error) => {
    console.error((error.response && JSON.stringify(error.response.data)) || error);
    process.exit(1);
  }
);
