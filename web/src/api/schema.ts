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

/** An account or group beside a video or comment. */
export interface ActorSummary {
  id: number
  name: string
  displayName: string
  url: string
  host: string
  avatars: ActorImage[]
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

/** Captions in one language. */
export interface CaptionJson {
  language: TextLabel
  automaticallyGenerated: boolean
  captionPath: string
  fileUrl: string
  m3u8Url?: string | null
  updatedAt: string
}

/** All captions of a video. */
export interface CaptionList {
  total: number
  data: CaptionJson[]
}

/** A page of groups. */
export interface ChannelList {
  total: number
  data: VideoChannel[]
}

/** A named place. */
export interface ChapterJson {
  /** Seconds. */
  timecode: number
  title: string
}

/** Chapters of a video. */
export interface ChapterList {
  chapters: ChapterJson[]
}

/** A media file. */
export interface FileJson {
  id: number
  resolution: NumberLabel
  width: number
  height: number
  magnetUri?: string | null
  size: number
  fps: number
  torrentUrl: string
  torrentDownloadUrl: string
  fileUrl: string
  fileDownloadUrl: string
  metadataUrl?: string | null
  hasAudio: boolean
  hasVideo: boolean
  storage: number
  /** Of HLS. */
  playlistUrl?: string | null
  /** Ours: this is the file as it was sent, see [`Writing::files_for`]. */
  isSource?: boolean
}

/** A token for the files of a video. */
export interface FileTokenJson {
  token: string
  expires: string
}

/**
 * One thing that was looked at. The sentences are English; `id`, `code` and `params` are for those who say the same in
 * another language.
 */
export interface Finding {
  /** What was looked at: a stable name. */
  id: string
  /** What was found: a stable name within `id`. */
  code: string
  /** Figures and names of what was found. Bytes are `free`, `total` and `speed` (per second); moments are `at`. */
  params: {
    [key: string]: unknown
  }
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

/** Where somebody stopped watching. */
export interface History {
  currentTime: number
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

/** A moment of a video. */
export interface Moment {
  /** Seconds. */
  time: number
}

/** What a list item has beyond, where it was asked for or the list is one's own. */
export interface More {
  state?: NumberLabel | null
  waitTranscoding?: boolean | null
  scheduledUpdate?: ScheduledUpdate | null
  blacklisted?: boolean | null
  blacklistedReason?: string | null
  blockedOwner?: boolean | null
  blockedServer?: boolean | null
  streamingPlaylists?: PlaylistJson[] | null
  files?: FileJson[] | null
  videoSource?: VideoSource | null
  automaticTags?: string[] | null
  /** Ours: how its making goes, in one's own list; null when it is wholly ready. */
  progress?: unknown
}

/** New passwords of a video. */
export interface NewPasswords {
  passwords: string[]
}

/** A number and what it means. */
export interface NumberLabel {
  /** Null when it is not known. */
  id?: number | null
  /** In English. */
  label: string
}

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

/** A password of a video. */
export interface PasswordJson {
  id: number
  password: string
  videoId: number
  createdAt: string
  updatedAt: string
}

/** Passwords of a video. */
export interface PasswordList {
  total: number
  data: PasswordJson[]
}

/** HLS of a video. */
export interface PlaylistJson {
  id: number
  type: number
  playlistUrl: string
  segmentsSha256Url?: string | null
  redundancies: Redundancy[]
  files: FileJson[]
}

/** Bytes that one's videos took. */
export interface QuotaUsed {
  videoQuotaUsed: number
  videoQuotaUsedDaily: number
}

/** Somewhere else the same segments lie. */
export interface Redundancy {
  baseUrl: string
}

/** A privacy to come. */
export interface ScheduledUpdate {
  updateAt: string
  privacy: number
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

/** A code and what it means. */
export interface TextLabel {
  /** Null when it is not known. */
  id?: string | null
  /** In English. */
  label: string
}

/** One size of the picture of a video. */
export interface ThumbnailJson {
  width: number
  height: number
  aspectRatio: string
  fileUrl: string
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

/** What [`token`] answers. */
export interface TokenJson {
  files: FileTokenJson
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

/** What lists and details have in common. */
export interface VideoBase {
  id: number
  uuid: string
  shortUUID: string
  url: string
  name: string
  category: NumberLabel
  licence: NumberLabel
  language: TextLabel
  privacy: NumberLabel
  nsfw: boolean
  nsfwFlags: number
  nsfwSummary?: string | null
  truncatedDescription?: string | null
  description?: string | null
  isLocal: boolean
  duration: number
  aspectRatio?: number | null
  views: number
  viewers: number
  likes: number
  dislikes: number
  comments: number
  thumbnailPath?: string | null
  previewPath?: string | null
  thumbnails: ThumbnailJson[]
  embedPath: string
  createdAt: string
  updatedAt: string
  publishedAt: string
  originallyPublishedAt?: string | null
  isLive: boolean
  userHistory?: History | null
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

/** A video with all that is known about it. */
export type VideoDetails = VideoBase & ({
  account: Account
  channel: VideoChannel
  scheduledUpdate?: ScheduledUpdate | null
  blacklisted: boolean
  blacklistedReason?: string | null
  streamingPlaylists: PlaylistJson[]
  files: FileJson[]
  support?: string | null
  descriptionPath: string
  /** Ours: the description as safe HTML. */
  descriptionHtml: string
  tags: string[]
  commentsEnabled: boolean
  commentsPolicy: NumberLabel
  downloadEnabled: boolean
  waitTranscoding: boolean
  inputFileUpdatedAt?: string | null
  state: NumberLabel
  embedPrivacyPolicy: NumberLabel
  trackerUrls: string[]
  /** Ours: whether the one who asks may change it. */
  mayManage: boolean
})

/** A video in a list. */
export type VideoItem = VideoBase & More & {
  account: ActorSummary
  channel: ActorSummary
}

/** A page of videos. */
export interface VideoList {
  /** How many there are in all; missing where `skipCount` was asked. */
  total?: number | null
  /** The videos. */
  data: VideoItem[]
}

/** The file of a video as it was sent. */
export interface VideoSource {
  /** What its sender called it; older clients read this. */
  filename: string
  inputFilename: string
  /** It is never public. */
  fileUrl?: string | null
  /** For those who manage the video; null when the file was not kept. */
  fileDownloadUrl?: string | null
  resolution: NumberLabel
  size: number
  width: number
  height: number
  fps: number
  /** What the file holds, as our probe found it; empty until then. */
  metadata: unknown
  createdAt: string
}

/** Where a player is. */
export interface ViewJson {
  /** Seconds of the video. */
  currentTime: number
  /** `seek` when it jumped there. */
  viewEvent?: string | null
  /** Tells players at the same address apart. */
  sessionId?: string | null
}
