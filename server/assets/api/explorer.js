// Nothing is asked of anybody but this server, and no key is kept when the page is closed.
addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({
    dom_id: "#explorer",
    url: "/api/v1/openapi.json",
    deepLinking: true,
    docExpansion: "none",
    persistAuthorization: false,
    validatorUrl: null,
  });
});
