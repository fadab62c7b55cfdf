/** Made from docs/api/openapi.json by `make openapi`. Not written by hand. */
