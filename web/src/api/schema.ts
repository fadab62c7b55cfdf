/** Made from docs/api/openapi.json by `make openapi`. Not written by hand. */

/** An account. */
export interface Account {
  url: string
  name: string
  host: string
  avatars: ActorImage[]
  id: number
  hostRedundancyAllowed: boolean
  followingCount: number
  followersCount: number
  createdAt: string
  displayName: string
  description?: string | null
  updatedAt: string
  /** Of accounts that live here. */
  userId?: number | null
}

/** One size of an avatar or banner. */
export interface ActorImage {
  width: number
  height: number
  /** Older clients put the host before it. */
  path: string
  fileUrl: string
  createdAt: string
  updatedAt: string
}

/** What became of trying an address. */
export interface AddressCheck {
  /** It can be used as it is. */
  ok: boolean
  /** Kiosque answered there; null when that cannot be seen from here. */
  reachable?: boolean | null
  /** `good`, `warn` or `bad`. */
  level: Level
  /** Stable name of the finding. */
  code: string
  /** The finding as a sentence. */
  detail: string
}

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

/** Bytes that one's videos took. */
export interface QuotaUsed {
  videoQuotaUsed: number
  videoQuotaUsedDaily: number
}

/** What to do with videos that are marked as sensitive. */
export type SensitivePolicy = "do_not_list" | "warn" | "blur" | "display"

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

/** How far set-up is. */
export interface SetupState {
  /** An administrator exists. */
  claimed: boolean
  /** Those of the interface; with a token only, like what follows. */
  languages?: string[] | null
  /** The address by which this request came, or the configured one. */
  suggestedUrl?: string | null
  /** Of Kiosque. */
  version?: string | null
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

/** A signed-in device. */
export interface TokenSession {
  id: number
  currentSession: boolean
  loginDevice?: string | null
  loginIP?: string | null
  loginDate: string
  lastActivityDevice?: string | null
  lastActivityIP?: string | null
  lastActivityDate: string
  createdAt: string
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

/** An account with its login. */
export interface User {
  id: number
  username: string
  email: string
  theme: string
  /** Language of the interface; null follows the browser. */
  language?: string | null
  pendingEmail?: string | null
  emailPublic: boolean
  emailVerified?: boolean | null
  nsfwPolicy: SensitivePolicy
  nsfwFlagsDisplayed: number
  nsfwFlagsHidden: number
  nsfwFlagsBlurred: number
  nsfwFlagsWarned: number
  p2pEnabled: boolean
  videosHistoryEnabled: boolean
  autoPlayVideo: boolean
  autoPlayNextVideo: boolean
  autoPlayNextVideoPlaylist: boolean
  videoLanguages?: string[] | null
  role: UserRole
  /** Bytes; -1 without limit. */
  videoQuota: number
  /** Bytes in a day; -1 without limit. */
  videoQuotaDaily: number
  totalVideoFileSize?: number | null
  videoQuotaUsed?: number | null
  videoQuotaUsedDaily?: number | null
  noInstanceConfigWarningModal: boolean
  noWelcomeModal: boolean
  noAccountSetupWarningModal: boolean
  blocked: boolean
  blockedReason?: string | null
  account?: Account | null
  notificationSettings?: unknown
  videoChannels: VideoChannel[]
  createdAt: string
  pluginAuth?: string | null
  lastLoginDate?: string | null
  twoFactorEnabled: boolean
  adminFlags: number
  specialPlaylists?: unknown[] | null
}

/** A number with its name. */
export interface UserRole {
  id: number
  label: string
}

/** A group; PeerTube's VideoChannel. */
export interface VideoChannel {
  url: string
  name: string
  host: string
  avatars: ActorImage[]
  id: number
  hostRedundancyAllowed: boolean
  followingCount: number
  followersCount: number
  createdAt: string
  banners: ActorImage[]
  displayName: string
  description?: string | null
  support?: string | null
  isLocal: boolean
  updatedAt: string
  ownerAccount?: Account | null
}
