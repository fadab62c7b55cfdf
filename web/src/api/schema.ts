/** Made from docs/api/openapi.json by `make openapi`. Not written by hand. */

/** What PeerTube's clients ask for before anything else. */
export interface OauthClientLocal {
  client_id: string
  client_secret: string
}

/** A pair of tokens. */
export interface TokenAnswer {
  token_type: string
  access_token: string
  refresh_token: string
  /** Seconds. */
  expires_in: number
  /** Seconds. */
  refresh_token_expires_in: number
}

export interface TokenForm {
  client_id?: string
  client_secret?: string
  grant_type?: string
  username?: string
  password?: string
  refresh_token?: string
}
