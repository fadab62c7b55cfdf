/** The answers of `/api/v1` as far as the pages use them, under PeerTube's names. */

export interface List<T> {
  total: number
  data: T[]
}
/** An enumeration's value; `label` is English, pages translate by `id`. */
export interface Labelled<I = number> {
  id: I
  label: string
}
export interface ActorImage {
  width: number
  path: string
}

/** What somebody may be looking for who types. */
export interface Suggestion {
  kind: 'group' | 'account' | 'video' | 'playlist'
  name: string
  path: string
}

export interface OAuthClient {
  client_id: string
  client_secret: string
}
export interface TokenAnswer {
  access_token: string
  refresh_token: string
  expires_in: number
  refresh_token_expires_in: number
}

export interface ActorSummary {
  id: number
  name: string
  host: string
  url: string
  displayName: string
  avatars: ActorImage[]
}
export interface Account extends ActorSummary {
  description: string | null
  followersCount: number
  createdAt: string
}
/** PeerTube's channel. */
export interface Group extends ActorSummary {
  description: string | null
  support: string | null
  followersCount: number
  banners: ActorImage[]
  isLocal: boolean
  createdAt: string
  videosCount?: number
  ownerAccount?: ActorSummary
}

/** A link on the page of an account or group. */
export interface Website {
  label: string
  url: string
}
/** What such a page shows besides; see `/accounts/{name}/profile` and `/groups/{handle}/profile`. */
export interface Profile {
  websites: Website[]
  banners: ActorImage[]
}
export type MemberRole = 'administrator' | 'moderator' | 'member'
export type Joining = 'invitation' | 'request' | 'open'
export type Deed = 'seePeople' | 'publish' | 'editVideos' | 'describe' | 'people' | 'readLog' | 'own'
/** A group with its people, as the one who asks sees it; see `/groups/{handle}`. */
export interface GroupWithPeople {
  group: Group
  joining: Joining
  /** How many people its page names. */
  members: number
  me: {
    role: MemberRole | null
    owner: boolean
    shown: boolean
    invited: MemberRole | null
    asked: 'waits' | 'refused' | null
    requests: number | null
    may: Deed[]
  } | null
}
export interface Member {
  account: ActorSummary
  role: MemberRole
  owner: boolean
  shown: boolean
  since: string
}
/** One's place in a group; see `/users/me/groups`. */
export interface Membership {
  group: ActorSummary
  role: MemberRole
  owner: boolean
  shown: boolean
  since: string
}
export interface Invitation {
  id: number
  group: ActorSummary
  account: ActorSummary | null
  role: MemberRole
  by: ActorSummary | null
  expiresAt: string
  uses: number
  mostUses: number
}
/** What a link opens; see `/invitations/{token}`. */
export interface OpenInvitation {
  group: Group
  role: MemberRole
  by: ActorSummary | null
  expiresAt: string
  member: boolean
}
export interface JoinRequest {
  account: ActorSummary
  message: string
  createdAt: string
}
export type GroupAction =
  | 'made' | 'described' | 'pictured' | 'opened' | 'invited' | 'uninvited' | 'accepted' | 'refused' | 'linkMade' | 'linkEnded' | 'followed' | 'joined' | 'asked'
  | 'unasked' | 'admitted' | 'turnedDown' | 'roled' | 'left' | 'removed' | 'handedOver' | 'inherited' | 'videoSent' | 'videoChanged' | 'videoRemoved' | 'videoGiven' | 'videoTaken'
export interface GroupLogEntry {
  id: number
  at: string
  action: GroupAction
  actor: ActorSummary | null
  subject: ActorSummary | null
  video: string | null
  detail: string | null
}
/** Somebody who follows a group; see `/video-channels/{handle}/followers`. */
export interface Follow {
  id: number
  follower: { name: string; host: string }
  createdAt: string
}

export const Privacy = { public: 1, unlisted: 2, private: 3, internal: 4, password: 5 } as const
export const State = { published: 1, toTranscode: 2, failed: 7 } as const
export const Comments = { enabled: 1, disabled: 2, approval: 3 } as const
export const Role = { administrator: 0, moderator: 1, user: 2 } as const

/** A privacy to come. */
export interface ScheduledUpdate {
  updateAt: string
  privacy: number
}
/** How what may hurt or shock is shown. */
export const LOOKS = ['do_not_list', 'blur', 'warn', 'display'] as const
export type Look = (typeof LOOKS)[number]

export interface VideoItem {
  id: number
  uuid: string
  shortUUID: string
  url: string
  name: string
  category: Labelled<number | null>
  licence: Labelled<number | null>
  language: Labelled<string | null>
  privacy: Labelled
  nsfw: boolean
  /** What may hurt in it: 1 violence, 2 explicit scenes, 3 both. */
  nsfwFlags: number
  /** What its makers say of that. */
  nsfwSummary: string | null
  truncatedDescription: string | null
  isLocal: boolean
  likes: number
  dislikes: number
  isLive: boolean
  duration: number
  views: number
  /** Null until a picture is made. */
  thumbnailPath: string | null
  previewPath: string | null
  publishedAt: string
  createdAt: string
  originallyPublishedAt: string | null
  account: ActorSummary
  channel: ActorSummary
  userHistory?: { currentTime: number }
}
export interface Video extends VideoItem {
  description: string | null
  support: string | null
  tags: string[]
  commentsPolicy: Labelled
  /** Whether the one who asks may change it. */
  mayManage: boolean
  downloadEnabled: boolean
  /** Whether moderators hide it, and why. */
  blacklisted: boolean
  blacklistedReason: string | null
  state: Labelled
  waitTranscoding: boolean
  scheduledUpdate?: ScheduledUpdate | null
  channel: Group
  account: Account
  files: VideoFile[]
  streamingPlaylists: StreamingPlaylist[]
}
export interface VideoFile {
  id: number
  resolution: Labelled
  width: number | null
  height: number | null
  size: number
  fps: number
  fileUrl: string
  fileDownloadUrl: string
  /** The file as it was sent: listed for those who manage a video of which nothing is made yet. */
  isSource?: boolean
}
export interface StreamingPlaylist {
  id: number
  playlistUrl: string
  files: VideoFile[]
}
export interface Caption {
  language: Labelled<string>
  captionPath: string
  fileUrl?: string
}
export interface Chapter {
  timecode: number
  title: string
}

/** A video as the staff lists it. */
export interface StaffVideo extends VideoItem {
  /** Whether it is hidden. */
  blacklisted: boolean
  state: Labelled
  files: VideoFile[]
  streamingPlaylists: StreamingPlaylist[]
}
/** Somebody whom a text speaks to. */
export interface Mention {
  name: string
  host: string
}
/** A comment below a video. */
export interface Comment {
  id: number
  url: string
  /** Markdown; empty when the comment was removed. */
  text: string
  threadId: number
  inReplyToCommentId: number | null
  videoId: number
  createdAt: string
  editedAt: string | null
  deletedAt: string | null
  isDeleted: boolean
  removedBy: 'author' | 'group' | 'staff' | null
  heldForReview: boolean
  pinned: boolean
  /** Of the first of a thread. */
  totalReplies: number
  totalRepliesFromVideoAuthor: number
  account: Account | null
  mentions: Mention[]
}
/** A comment with answers to it; not all of them where there are many. */
export interface CommentTree {
  comment: Comment
  children: CommentTree[]
  totalChildren: number
}
export interface CommentThreads extends List<Comment> {
  totalNotDeletedComments: number
}
/** A comment in the lists of those who look after comments. */
export interface ListedComment {
  id: number
  text: string
  createdAt: string
  heldForReview: boolean
  account: Account
  video: { id: number; uuid: string; shortUUID: string; name: string; channel: ActorSummary }
}

/** Why somebody reports. */
export type PredefinedReason = 'violentOrRepulsive' | 'hatefulOrAbusive' | 'spamOrMisleading' | 'privacy' | 'rights' | 'serverRules' | 'thumbnails' | 'captions'
/** A report, for the one who wrote it. */
export interface Report {
  id: number
  reason: string
  predefinedReasons: PredefinedReason[]
  /** Who is reported; null when that account is gone. */
  flaggedAccount: Account | null
  state: Labelled
  countMessages: number
  createdAt: string
  updatedAt: string
  video: {
    id: number | null
    uuid: string
    name: string
    startAt: number | null
    endAt: number | null
    deleted: boolean
    blacklisted: boolean
    /** For moderators. */
    countReports?: number
  } | null
  /** What it said when it was reported. */
  comment: { id: number | null; threadId: number | null; text: string; deleted: boolean; video: { id: number | null; name: string; uuid: string } } | null
}
/** A report, for moderators. */
export interface StaffReport extends Report {
  moderationComment: string | null
  reporterAccount: Account | null
  countReportsForReporter: number
  countReportsForReportee: number
}
export interface ReportMessage {
  id: number
  createdAt: string
  byModerator: boolean
  message: string
  account: ActorSummary | null
}
/** Something that was done to keep order. */
export interface ModerationLogEntry {
  id: number
  at: string
  action: 'reportAccepted' | 'reportRejected' | 'reportReopened' | 'reportRemoved' | 'videoBlocked' | 'videoUnblocked' | 'commentRemoved' | 'commentsRemoved' | 'accountBlocked' | 'accountUnblocked' | 'accountMuted' | 'accountUnmuted' | 'serverMuted' | 'serverUnmuted' | 'accountWarned'
  actor: ActorSummary | null
  account: ActorSummary | null
  report: number | null
  /** Short UUID. */
  video: string | null
  detail: string | null
}
/** That an account is muted. */
export interface AccountBlock {
  blockedAccount: Account
  createdAt: string
}
/** Who mutes somebody: the instance, and who asks. */
export interface BlockedBy {
  blockedByServer: boolean
  blockedByUser: boolean
}
export interface BlockStatus {
  accounts: Record<string, BlockedBy>
}
/** What moderators told a member. */
export interface ModeratorWarning {
  id: number
  kind: 'warning' | 'muted' | 'heard'
  /** The words of a warning. */
  text: string
  createdAt: string
  readAt: string | null
  /** For moderators: which of them. */
  by?: ActorSummary
}
/** A video that moderators hide. */
export interface HiddenVideo {
  id: number
  createdAt: string
  reason: string | null
  video: VideoItem
}

/** An item of `/users/me/videos`. */
export interface MyVideo extends VideoItem {
  /** Whether moderators hide it. */
  blacklisted: boolean
  state: Labelled
  waitTranscoding: boolean
  scheduledUpdate?: ScheduledUpdate | null
  progress: Progress | null
  /** Bytes of its films, the source included while it is kept. */
  sizeOnDisk: number
}
export type Stage = 'receiving' | 'probing' | 'queued' | 'encoding' | 'paused' | 'ready' | 'failed'
/** How far a video is; see `GET /videos/{id}/progress`. */
export interface Progress {
  state: Labelled
  stage: Stage
  playable: boolean
  queuePosition: number | null
  reason: string | null
  reasonCode: string | null
  secondsLeft: number | null
  /** What is unusual about the making, in English: a chip that did not take all of it. */
  note: string | null
  renditions: RenditionProgress[]
}
export interface RenditionProgress {
  resolution: Labelled
  state: 'waiting' | 'encoding' | 'ready' | 'stopped'
  done: number
  secondsLeft: number | null
  copied: boolean
}
/** An unfinished resumable upload; see `GET /uploads`. */
export interface Upload {
  uploadId: string
  filename: string
  size: number
  received: number
  createdAt: string
  expiresAt: string
  metadata: Record<string, unknown>
}
export interface UploadRoom {
  bytesLeft: number
  limitedBy: 'quota' | 'daily-quota' | 'disk' | 'size'
  maxFileSize: number
}

export interface ServerConfig {
  kiosqueVersion: string
  instance: { name: string; shortDescription: string; avatars: ActorImage[]; banners: ActorImage[]; logo: Logo[]; social: { externalLink: string; mastodonLink: string; blueskyLink: string }; support: { text: string }; isNSFW: boolean; defaultNSFWPolicy: Look; serverCountry: string }
  broadcastMessage: { enabled: boolean; message: string; level: 'info' | 'warning' | 'error'; dismissable: boolean }
  contactForm: { enabled: boolean }
  homepage: { enabled: boolean }
  email: { enabled: boolean }
  signup: { allowed: boolean; requiresApproval: boolean; requiresEmailVerification: boolean; minimumAge: number }
  transcoding: { enabledResolutions: number[] }
  user: { videoQuota: number; videoQuotaDaily: number }
  videoChannels: { maxPerUser: number }
  client: { videos: { resumableUpload: { maxChunkSize: number } } }
  defaults: {
    publish: { downloadEnabled: boolean; commentsPolicy: number; privacy: number; licence: number | null }
    p2p: { webapp: { enabled: boolean }; embed: { enabled: boolean } }
  }
  tracker: { enabled: boolean }
  webrtc?: { stunServers: string[] }
  views: { videos: { watchingInterval: { anonymous: number; users: number } } }
}
/** A picture of the kiosk itself. */
export interface Logo {
  type: 'favicon' | 'header-square' | 'header-wide' | 'opengraph'
  width: number
  fileUrl: string
  /** Our own, as none was chosen. */
  isFallback: boolean
}
export interface CustomPage {
  content: string
}
export type BlockOrder = 'publishedAt' | 'trending' | 'hot' | 'likes' | 'views'
/** A part of the home page as it is chosen. */
export type HomeBlock =
  | { kind: 'welcome' }
  | { kind: 'billboard'; video: string | null }
  | { kind: 'videos'; heading: string; order: BlockOrder; count: number }
  | { kind: 'featured'; heading: string; videos: string[] }
  | { kind: 'groups'; count: number }
  | { kind: 'group'; name: string; count: number }
  | { kind: 'playlist'; playlist: string; count: number }
/** The same with what there is for it now. */
export type HomeBlockShown =
  | { kind: 'welcome'; content: string }
  | { kind: 'billboard'; order: BlockOrder | null; video: VideoItem }
  | { kind: 'videos'; heading: string; order: BlockOrder; videos: VideoItem[] }
  | { kind: 'featured'; heading: string; videos: VideoItem[] }
  | { kind: 'groups'; total: number; groups: Group[] }
  | { kind: 'group'; group: Group; videos: VideoItem[] }
  | { kind: 'playlist'; playlist: Playlist; videos: VideoItem[] }
export interface HomePage {
  blocks: HomeBlockShown[]
  /** Handle of the only group. */
  opensOn: string | null
  films: number
  claimed: boolean
}
export interface About {
  instance: {
    name: string
    shortDescription: string
    description: string
    terms: string
    codeOfConduct: string
    administrator: string
    creationReason: string
    moderationInformation: string
    maintenanceLifetime: string
    businessModel: string
    hardwareInformation: string
    languages: string[]
    categories: number[]
    avatars: ActorImage[]
    banners: ActorImage[]
  }
}
export interface Stats {
  totalUsers: number
  totalLocalVideos: number
  totalLocalVideoViews: number
  totalLocalVideoFilesSize: number
}

export interface Me {
  id: number
  username: string
  email: string
  role: Labelled
  theme: string
  /** The language of the interface, null when the browser decides. */
  language?: string | null
  /** The address that waits to be confirmed. */
  pendingEmail: string | null
  nsfwPolicy: Look
  /** Kinds that are shown in a way of their own; see `nsfwFlags`. */
  nsfwFlagsDisplayed: number
  nsfwFlagsHidden: number
  nsfwFlagsBlurred: number
  nsfwFlagsWarned: number
  p2pEnabled: boolean
  videosHistoryEnabled: boolean
  videoQuota: number
  videoQuotaDaily: number
  twoFactorEnabled: boolean
  account: Account
  videoChannels: Group[]
  /** Groups of others that one may publish in. */
  videoChannelCollaborations?: Group[]
  notificationSettings?: NotificationSettings
  unreadNotificationsCount?: number
  /** How much of what moderators told one has not been read. */
  unreadWarnings?: number
}
/** Where one wants to be told: the sum of 1 in the page and 2 by letter. */
export interface NotificationSettings {
  newVideoFromSubscription: number
  newCommentOnMyVideo: number
  commentMention: number
  myVideoPublished: number
  newFollow: number
  newUserRegistration: number
  abuseAsModerator: number
  blacklistOnMyVideo: number
  abuseStateChange: number
  abuseNewMessage: number
  groupPeople: number
}
/** How letters with notifications come; `mail` says whether they can. */
export interface NotificationLetters {
  rhythm: 'at-once' | 'daily' | 'weekly' | 'never'
  mail: boolean
}
type Actor = Pick<ActorSummary, 'id' | 'name' | 'displayName' | 'host'> & { avatars: { width: number; path: string }[] }
type NamedVideo = Pick<VideoItem, 'id' | 'shortUUID' | 'name'>
/** Which parts there are depends on the type; see `notifications/news.ts`. */
/** A video that somebody wants to give to somebody else. */
export interface Offer {
  id: number
  status: 'WAITING' | 'ACCEPTED' | 'REFUSED'
  initiatorAccount: Account
  nextOwnerAccount: Account
  video: VideoItem
  createdAt: string
}
export interface Notification {
  id: number
  type: number
  read: boolean
  video?: NamedVideo & { channel: Actor }
  comment?: { id: number; threadId: number; account: Actor; video: NamedVideo; heldForReview: boolean }
  account?: Actor
  abuse?: { id: number; state: number }
  videoBlacklist?: { id: number; video: NamedVideo }
  actorFollow?: { follower: Actor; following: { type: 'account' | 'channel'; name: string; displayName: string; host: string } }
  registration?: { id: number; username: string }
  group?: Actor
  createdAt: string
}
/** What goes with an account, and what stays; see `/users/me/deletion`. */
export interface Deletion {
  groups: { name: string; displayName: string; videos: number; heir: string | null }[]
  playlists: number
  /** Sent to groups of others: they stay. */
  videosOfOthers: number
  /** Groups and people that are followed. */
  subscriptions: number
  /** Videos that are remembered as watched. */
  watched: number
  /** Their texts go. */
  comments: number
}
export interface QuotaUsed {
  videoQuotaUsed: number
  videoQuotaUsedDaily: number
  /** Bytes that the videos of one's groups take now. */
  sizeOnDisk: number
}
export interface User {
  id: number
  username: string
  email: string
  role: Labelled
  videoQuota: number
  videoQuotaDaily: number
  videoQuotaUsed?: number
  blocked: boolean
  blockedReason: string | null
  createdAt: string
  lastLoginDate?: string | null
  videosCount?: number
  account: ActorSummary
  emailVerified: boolean | null
  pendingEmail: string | null
  /** Somebody asked for a new password and has not chosen one yet. */
  passwordAskedAt?: string
  /** Made without a password, and none was chosen yet. */
  invited?: boolean
}
/** Somebody who wants an account; see `/users/registrations`. */
export interface Registration {
  id: number
  state: Labelled
  registrationReason: string
  moderationResponse: string | null
  username: string
  email: string
  emailVerified: boolean | null
  accountDisplayName: string | null
  createdAt: string
}
/** A link for an administrator to hand over: shown once. */
export interface HandedLink {
  url: string
  expiresAt: string
}
/** A sign-in somewhere; see `/users/{id}/token-sessions`. */
export interface TokenSession {
  id: number
  currentSession: boolean
  loginDevice: string | null
  loginIP: string | null
  loginDate: string
  lastActivityDevice: string | null
  lastActivityDate: string | null
}
export interface TwoFactorRequest {
  otpRequest: { requestToken: string; secret: string; uri: string }
}

export type Level = 'good' | 'warn' | 'bad'
export interface SetupState {
  claimed: boolean
  languages?: string[]
  suggestedUrl?: string
  version?: string
}
export interface AddressCheck {
  ok: boolean
  reachable: boolean | null
  level: Level
  code: string
  detail: string
}
export interface Encoder {
  id: string
  name: string
  hardware: boolean
  device: string | null
  reason: string
  reasonCode?: string
}
export interface EncoderTest {
  encoder: Encoder
  width: number
  height: number
  seconds: number
  speed: number
}
/** One thing the doctor looked at; `finding.ID.CODE` says it in the reader's language, with `params`. */
export interface Finding {
  id: string
  code: string
  params: Record<string, string | number>
  level: Level
  title: string
  detail: string
  todo: string | null
}
export interface Health {
  findings: Finding[]
}
export interface EncoderChoice {
  selected: Encoder | null
  candidates: (Encoder & { available: boolean })[]
  forced: boolean
}
/** What `GET /server/settings` tells; `PUT` takes any part of it. */
export interface SiteSettings {
  instance: { name: string; shortDescription: string; description: string; terms: string; language: string; publicUrl: string | null; sensitive: boolean; sensitivePolicy: Look }
  about: {
    administrator: string
    creationReason: string
    maintenanceLifetime: string
    businessModel: string
    codeOfConduct: string
    moderationInformation: string
    hardwareInformation: string
    support: string
    languages: string[]
    categories: number[]
    country: string
    website: string
    mastodon: string
    bluesky: string
  }
  home: { welcome: string; blocks: HomeBlock[] }
  publish: { privacy: number; licence: number | null; downloadEnabled: boolean; commentsPolicy: number }
  mail: { host: string; port: number; security: 'starttls' | 'tls' | 'none'; username: string; password: string | null; passwordIsSet: boolean; from: string }
  contact: { enabled: boolean; email: string }
  broadcast: { enabled: boolean; message: string; level: 'info' | 'warning' | 'error'; dismissable: boolean }
  look: { roof: string | null; action: string | null; actionDark: string | null; css: string }
  transcoding: { resolutions: number[]; maxFps: number; copyFactor: number; progressive: boolean; keepOriginal: boolean }
  uploads: { maxFileSize: number; defaultQuota: number; defaultQuotaDaily: number; reserve: number; groupsPerAccount: number }
  p2p: { enabled: boolean; webapp: boolean; embed: boolean }
  signup: { mode: 'closed' | 'approval' | 'open'; verifyEmail: boolean; limit: number; minimumAge: number }
}
/** What is written in the file of the machine; see `/server/machine`. */
export interface Machine {
  keys: { key: string; variable: string; value: string | null; changed: boolean; explanation: string }[]
  mailIsWrittenDown: boolean
  addressIsWrittenDown: boolean
}
/** A text and its ground. */
export interface Pair {
  theme: 'light' | 'dark'
  text: string
  textColour: string
  ground: string
  groundColour: string
  contrast: number
  needed: number
  setting: string
}
export interface LookPreview {
  pairs: Pair[]
  css: string
}
/** Files, and their bytes. */
export interface Heap {
  files: number
  bytes: number
}
/** What may go; see `/server/disk/spare`. */
export interface Spare {
  sources: Heap
  sourcesAreKept: boolean
  uploads: Heap
  cache: Heap
  nameless: Heap
}
export interface Disk {
  total: number
  free: number
  media: number
  sources: number
  renditions: number
  progressive: number
  pictures: number
  captions: number
  cache: number
  tmp: number
  database: number
  uploads: number
}
export type JobState = 'waiting' | 'active' | 'delayed' | 'failed' | 'completed' | 'cancelled'
export interface ServerJob {
  id: string
  state: JobState | string
  type: string
  lane: string
  progress: number
  priority: number
  reason: string | null
  reasonCode: string | null
  /** As that of `Progress`. */
  note: string | null
  secondsLeft: number | null
  videoUUID: string | null
  videoName: string | null
  createdAt: string
  /** Not before this moment. */
  runAt: string
  finishedOn: string | null
  processedOn: string | null
}

export const PlaylistPrivacy = { public: 1, unlisted: 2, private: 3 } as const
export const PlaylistKind = { regular: 1, watchLater: 2 } as const
/** Whether a film of a playlist is there for the reader. */
export const Availability = { regular: 0, gone: 1, private: 2, unavailable: 3 } as const

export interface Playlist {
  id: number
  uuid: string
  shortUUID: string
  displayName: string
  description: string | null
  privacy: Labelled
  type: Labelled
  thumbnailPath: string | null
  videosLength: number
  createdAt: string
  updatedAt: string
  ownerAccount: ActorSummary
  videoChannelPosition: number | null
  videoChannel: ActorSummary | null
}
export interface PlaylistElement {
  id: number
  position: number
  startTimestamp: number | null
  stopTimestamp: number | null
  type: number
  video: VideoItem | null
}
/** A playlist that a video is in. */
export interface HeldIn {
  playlistElementId: number
  playlistId: number
}
