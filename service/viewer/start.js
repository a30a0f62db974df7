SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#description",
  deepLinking: true, // a route of the page can be linked to
  defaultModelsExpandDepth: 0, // the models stand folded below the routes
  validatorUrl: null, // asks nobody outside
});
