/** Made from docs/api/openapi.json by `make openapi`. Not written by hand. */

/** One thing that was looked at. */
export interface Finding {
  /** Stable name, for the interface's translation. */
  id: string
  /** How it stands. */
  level: Level
  /** What was looked at. */
  title: string
  /** What was found, as a sentence. */
  detail: string
  /** What to do about it. */
  todo?: string | null
}

/** What the doctor found. */
export interface Health {
  findings: Finding[]
}

/** Who we are. */
export interface InstanceSettings {
  /** Name in the head of every page. */
  name?: string
  /** One line. */
  shortDescription?: string
  /** Markdown. */
  description?: string
  /** Terms of use, Markdown. */
  terms?: string
  /** Language of pages for visitors who ask for none of ours: `fr` or `en`. */
  language?: string
  /** Address chosen at set-up; the configuration's counts more. */
  publicUrl?: string | null
}

/** How a finding stands. */
export type Level = "good" | "warn" | "bad"

/** What PeerTube's clients ask for before anything else. */
export interface OauthClientLocal {
  client_id: string
  client_secret: string
}

/** Viewers who help each other. */
export interface P2pSettings {
  /** The tracker answers. */
  enabled?: boolean
  /** On the pages, for viewers who did not choose. */
  webapp?: boolean
  /** In frames on other sites. */
  embed?: boolean
}

/** All sections. */
export interface Settings {
  /** Name and texts. */
  instance?: InstanceSettings
  /** Which renditions are made. */
  transcoding?: TranscodingSettings
  /** What may be sent. */
  uploads?: UploadSettings
  /** Viewers who help each other. */
  p2p?: P2pSettings
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

/** Which renditions are made of a source. */
export interface TranscodingSettings {
  /** Short sides of the ladder, 0 for sound only. Never above the source's own. */
  resolutions?: number[]
  /** Frames per second at most. */
  maxFps?: number
  /** A source fit for copying may have this many times the bit rate of its rung. */
  copyFactor?: number
  /** Also make a progressive MP4, for download and old players. */
  progressive?: boolean
  /** Keep the file as it was sent. */
  keepOriginal?: boolean
}

/** What may be sent. */
export interface UploadSettings {
  /** Bytes of one file. */
  maxFileSize?: number
  /** Bytes of a new account in all; -1 without limit. */
  defaultQuota?: number
  /** Bytes of a new account in a day; -1 without limit. */
  defaultQuotaDaily?: number
  /** Bytes of the disk that uploads leave free. */
  reserve?: number
  /** Groups one account may make. */
  groupsPerAccount?: number
}

/** What takes how much of the disk, in bytes. */
export interface Usage {
  /** The disk. */
  total: number
  /** Of it, what we may still use. */
  free: number
  /** Videos, pictures, captions. */
  media: number
  /** What may be deleted at any time. */
  cache: number
  /** Work that is going on. */
  tmp: number
  /** Uploads that are not finished. */
  uploads: number
  /** The database with its log. */
  database: number
}
