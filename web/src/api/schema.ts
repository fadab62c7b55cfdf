/** Made from docs/api/openapi.json by `make openapi`. Not written by hand. */

/** What people want to know of the instance. */
export interface About {
  instance: config_AboutInstance
}

/** Who is behind it, and what people ought to know. Texts are Markdown. */
export interface AboutSettings {
  /** Who runs it. */
  administrator: string
  /** Why it was made. */
  creationReason: string
  /** How long it is meant to last. */
  maintenanceLifetime: string
  /** Who pays. */
  businessModel: string
  /** How people are to treat each other. */
  codeOfConduct: string
  /** Who keeps order, and how. */
  moderationInformation: string
  /** The machine that it runs on. */
  hardwareInformation: string
  /** How to help it. */
  support: string
  /** Languages of those who look after it, as codes; none named: that of the interface. */
  languages: string[]
  /** What is mostly shown: PeerTube's numbers of categories. */
  categories: number[]
  /** Where it stands, in a few words. */
  country: string
  /** The association's own site. */
  website: string
  /** Its page on Mastodon. */
  mastodon: string
  /** Its page on Bluesky. */
  bluesky: string
}

/** The comment of a report. */
export interface AbuseComment {
  /** Null when it is gone with its video. */
  id: number | null
  threadId: number | null
  /** What it said when it was reported. */
  text: string
  deleted: boolean
  video: AbuseCommentVideo
}

/** A video in short. */
export interface AbuseCommentVideo {
  id: number | null
  name: string
  uuid: string
}

/** What is reported, and why. */
export interface AbuseCreate {
  /** In one's own words. */
  reason: string
  /** Any of PeerTube's reasons. */
  predefinedReasons?: AbusePredefinedReason[]
  account?: AbuseTarget | null
  video?: AbuseVideoTarget | null
  comment?: AbuseTarget | null
}

/** A report that was just written. */
export interface AbuseMade {
  abuse: Numbered
}

/** What somebody writes to the others of a report. */
export interface AbuseMessage {
  id: number
  createdAt: string
  byModerator: boolean
  message: string
  account: ActorSummary | null
}

/** A message. */
export interface AbuseMessageCreate {
  message: string
}

/** A message that was just written. */
export interface AbuseMessageMade {
  abuseMessage: Numbered
}

/** Why somebody reports. */
export type AbusePredefinedReason = "violentOrRepulsive" | "hatefulOrAbusive" | "spamOrMisleading" | "privacy" | "rights" | "serverRules" | "thumbnails" | "captions"

/** How far a report is. */
export interface AbuseStateLabel {
  id: 1 | 2 | 3
  label: string
}

/** A comment or account. */
export interface AbuseTarget {
  id: number
}

/** A decision. */
export interface AbuseUpdate {
  /** 1 pending, 2 rejected, 3 accepted. */
  state?: number | null
  /** What moderators note for themselves. */
  moderationComment?: string | null
}

/** The video of a report. */
export interface AbuseVideo {
  /** Null when the video is gone. */
  id: number | null
  uuid: string
  name: string
  nsfw: boolean
  startAt: number | null
  endAt: number | null
  deleted: boolean
  blacklisted: boolean
  thumbnailPath?: string
  channel?: VideoChannel
  /** For those who look after the instance. */
  countReports?: number
  nthReport?: number
}

/** A video, or a part of it. */
export interface AbuseVideoTarget {
  /** Number or UUID. */
  id: string
  startAt?: number | null
  endAt?: number | null
}

/** An account. */
export type Account = ActorCommon & ({
  displayName: string
  description: string | null
  updatedAt: string
  /** Of accounts that live here. */
  userId?: number
})

/** That an account is muted. */
export interface AccountBlock {
  /** Who does not want to hear; not there when it is the instance. */
  byAccount?: Account
  blockedAccount: Account
  createdAt: string
}

/** Whom to mute. */
export interface AccountBlockCreate {
  /** `name` or `name@host`. */
  accountName: string
}

/** A video and what its viewer thinks of it. */
export interface AccountVideoRate {
  video: VideoItem
  rating: VideoRateType
}

/** An account or group beside another that it follows. */
export type Actor = ActorCommon & {
  banners: ActorImage[]
}

/** What accounts and groups have in common. */
export interface ActorCommon {
  url: string
  name: string
  host: string
  avatars: ActorImage[]
  id: number
  hostRedundancyAllowed: boolean
  followingCount: number
  followersCount: number
  createdAt: string
}

/** Somebody who follows a group or an account. */
export interface ActorFollow {
  id: number
  follower: Actor
  following: Actor
  /** How well another server answers; ours always do. */
  score: number
  state: FollowState
  createdAt: string
  updatedAt: string
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

/** An account or group in a notification. */
export interface ActorInfo {
  id: number
  /** As it is shown. */
  displayName: string
  /** Its handle. */
  name: string
  /** Where it lives. */
  host: string
  /** For older clients. */
  avatar?: AvatarInfo
  avatars: AvatarInfo[]
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
  reachable: boolean | null
  /** `good`, `warn` or `bad`. */
  level: Level
  /** Stable name of the finding. */
  code: string
  /** The finding as a sentence. */
  detail: string
}

/** A report, for those who look after the instance. */
export type AdminAbuse = UserAbuse & ({
  moderationComment: string | null
  reporterAccount: Account | null
  countReportsForReporter: number
  countReportsForReportee: number
})

/** How asking ended. */
export interface Asked {
  /** In at once; otherwise an administrator of the group answers. */
  joined: boolean
}

/** How far a request is. */
export type AskedState = "waits" | "refused"

/** One size of an avatar, in short. */
export interface AvatarInfo {
  width: number
  path: string
  fileUrl: string
}

/** Avatars in all sizes. */
export interface Avatars {
  avatars: ActorImage[]
}

/** A banner in all sizes. */
export interface Banners {
  banners: ActorImage[]
}

/** What films of a block are in order of, in PeerTube's words. */
export type BlockOrder = "publishedAt" | "trending" | "hot" | "likes" | "views"

/** Of what was asked for, who mutes it. */
export interface BlockStatus {
  accounts: {
    [key: string]: BlockedBy
  }
  hosts: {
    [key: string]: BlockedBy
  }
}

/** Who mutes one. */
export interface BlockedBy {
  blockedByServer: boolean
  blockedByUser: boolean
}

/** Another server. */
export interface BlockedServer {
  host: string
}

/** How loud a message is. */
export type BroadcastLevel = "info" | "warning" | "error"

/** A sentence on every page. */
export interface BroadcastSettings {
  /** It is shown. */
  enabled: boolean
  /** Markdown. */
  message: string
  /** How loud it is. */
  level: BroadcastLevel
  /** Readers may close it. */
  dismissable: boolean
}

/** Whose comments, and where. */
export interface BulkRemoveCommentsOfBody {
  /** The handle. */
  accountName: string
  /** `my-videos`, `my-videos-and-collaborations` or, for those who look after the instance, `instance`. */
  scope: string
}

/** A category with its newest videos. */
export interface CategoryOverview {
  category: NumberLabel
  videos: VideoItem[]
}

/** A group that was just made. */
export interface ChannelMade {
  videoChannel: Numbered
}

/** A group with its newest videos. */
export interface ChannelOverview {
  channel: ActorSummary
  videos: VideoItem[]
}

/** Chapters of a video. */
export interface ChapterList {
  chapters: VideoChapter[]
}

/** PeerTube's number and word of how far an invitation is. */
export interface CollaboratorState {
  id: 1 | 2 | 3
  label: string
}

/** An account that a text speaks to. */
export interface CommentMention {
  name: string
  host: string
}

/** Whose act a removal was. */
export type CommentRemovedBy = "author" | "group" | "staff"

/** The video of a comment. */
export interface CommentedVideo {
  id: number
  uuid: string
  /** Ours: name in addresses. */
  shortUUID: string
  name: string
  channel: ActorSummary
}

/** Who may comment. */
export interface CommentsLabel {
  id: 1 | 2 | 3
  label: string
}

/** What a comment has wherever it stands. */
export interface Common {
  id: number
  url: string
  /** Markdown; empty when the comment was removed. */
  text: string
  /** The first comment of the thread. */
  threadId: number
  inReplyToCommentId: number | null
  videoId: number
  createdAt: string
  updatedAt: string
  heldForReview: boolean
  /** Ours: when its author last changed the text. */
  editedAt: string | null
  /** Ours: stands above the others of its video. */
  pinned: boolean
}

/** Letters of strangers to those who run the instance. There is no form without a mail server. */
export interface ContactSettings {
  /** There is a form. */
  enabled: boolean
  /** Who gets them; the first administrator when nobody is named. */
  email: string
}

/** The settings in PeerTube's words. */
export interface CustomConfig {
  instance: config_CustomInstance
  theme: config_CustomTheme
  services: config_Services
  client: config_CustomClient
  /** PeerTube 6. */
  cache: config_Cache
  signup: config_CustomSignup
  admin: config_Admin
  email: config_CustomEmail
  contactForm: Switch
  user: config_CustomUser
  videoChannels: config_ChannelsConfig
  transcoding: config_CustomTranscoding
  live: config_CustomLive
  videoStudio: config_WithRunners
  videoTranscription: config_WithRunners
  videoFile: config_VideoFileConfig
  import: config_CustomImport
  export: config_Export
  trending: config_CustomTrending
  autoBlacklist: config_AutoBlacklist
  followers: config_CustomFollowers
  followings: config_CustomFollowings
  broadcastMessage: config_Broadcast
  search: config_Search
  storyboards: config_WithRunners
  defaults: config_Defaults
  videoComments: config_CustomComments
}

/** A page that is written by hand. */
export interface CustomPage {
  /** Markdown. */
  content: string
}

/** Which sides there are, for the document. */
export interface CustomSides {
  "0p": boolean
  "144p": boolean
  "240p": boolean
  "360p": boolean
  "480p": boolean
  "720p": boolean
  "1080p": boolean
  "1440p": boolean
  "2160p": boolean
}

/** A group of somebody who goes. */
export interface DeletedGroup {
  name: string
  displayName: string
  /** Its videos. */
  videos: number
  /** Who takes it over; null when it goes with its videos, because nobody else looks after it. */
  heir: string | null
}

/** What goes when somebody deletes the account, and what stays. */
export interface Deletion {
  /** Groups that this account made. */
  groups: DeletedGroup[]
  /** Playlists that go with it: all but those that a group publishes which stays. */
  playlists: number
  /** Videos that this account sent to groups of others: they stay. */
  videosOfOthers: number
  /** How many groups and people it follows. */
  subscriptions: number
  /** How many videos are remembered as watched by it. */
  watched: number
  /** Comments that it wrote: their texts go. */
  comments: number
  /** Reports that it wrote: moderators keep them, without its name. */
  reports: number
}

/** An element that was just made. */
export interface ElementMade {
  videoPlaylistElement: Numbered
}

/** One encoder and what is to be said of it. */
export interface EncoderChoice {
  /** Stable name: `x264`, `openh264`, `v4l2:/dev/video11`. This is what the configuration can force. */
  id: string
  /** Which settings it understands. */
  kind: EncoderKind
  /** GStreamer's element. */
  element: string
  /** Name for people. */
  name: string
  /** A chip does the work, the processor stays free. */
  hardware: boolean
  /** Path of the device, for hardware. */
  device: string | null
  /** Largest width and height; none where only memory and patience limit it. */
  largest: [number, number] | null
  /** Whether it can be used now. */
  available: boolean
  /** Why it is chosen, or not, or cannot be used: an English sentence. */
  reason: string
  /** The same for the interface's translation. */
  reasonCode: EncoderReason
}

/** Families of encoders, by the settings that they understand. */
export type EncoderKind = "v4l2" | "x264" | "openh264"

/** Reasons, stable. */
export type EncoderReason = "hardware" | "software" | "forced" | "second-best" | "busy" | "denied" | "failed" | "not-installed"

/** What was found and what was taken. */
export interface EncoderSelection {
  selected: EncoderChoice | null
  /** All, the best first, those that cannot be used too. */
  candidates: EncoderChoice[]
  /** The configuration asked for one by name, and it is the one selected. */
  forced: boolean
  /** What is wrong with the configured name, when it could not be honoured. */
  warning: string | null
}

/** Result of really encoding some seconds. */
export interface EncoderTest {
  /** What was tested. */
  encoder: EncoderChoice
  /** Pixels. */
  width: number
  /** Pixels. */
  height: number
  /** Seconds of video that were encoded. */
  seconds: number
  /** Seconds of video per second of the clock. */
  speed: number
}

/** A group that one came into. */
export interface Entered {
  /** Its handle. */
  group: string
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
  params: {
    [key: string]: string | number
  }
  /** How it stands. */
  level: Level
  /** What was looked at. */
  title: string
  /** What was found, as a sentence. */
  detail: string
  /** What to do about it. */
  todo: string | null
}

/** Whether what is followed has agreed. */
export type FollowState = "accepted"

/** Which sites may frame a video. */
export interface FramesLabel {
  id: 1 | 2 | 3
  label: string
}

/** A group with its people, as the one who asks sees it. */
export interface Group {
  group: VideoChannel
  /** How people come in. */
  joining: Joining
  /** How many people its page names. */
  members: number
  me: MyPlace | null
}

/** What was done. */
export type GroupAction = "made" | "described" | "pictured" | "opened" | "invited" | "uninvited" | "accepted" | "refused" | "linkMade" | "linkEnded" | "followed" | "joined" | "asked" | "unasked" | "admitted" | "turnedDown" | "roled" | "left" | "removed" | "handedOver" | "inherited" | "videoSent" | "videoChanged" | "videoRemoved" | "videoGiven" | "videoTaken"

/** What somebody wants to do for a group. */
export type GroupDeed = "seePeople" | "publish" | "editVideos" | "describe" | "people" | "readLog" | "own"

/** Something that was done in a group. */
export interface GroupLogEntry {
  id: number
  at: string
  action: GroupAction
  actor: ActorSummary | null
  subject: ActorSummary | null
  /** Short UUID of the video, which may be gone. */
  video: string | null
  /** A role, a title, the kind of a picture. */
  detail: string | null
}

/** A link to be handed over. It is shown once. */
export interface HandedLink {
  url: string
  expiresAt: string
}

/** What the doctor found. */
export interface Health {
  findings: Finding[]
}

/** Files, and their bytes in all. */
export interface Heap {
  files: number
  bytes: number
}

/** Where somebody stopped watching. */
export interface History {
  currentTime: number
}

/** A file of HLS, with the playlist of its rendition. */
export type HlsFile = VideoFile & ({
  playlistUrl: string | null
})

/** A part of the home page. What there is nothing of is left out when the page is shown. */
export type HomeBlock = {
  kind: "welcome"
} | {
  /** Null for the newest. */
  video: string | null
  kind: "billboard"
} | {
  /** Above them; empty for what the order is called. */
  heading: string
  /** Which. */
  order: BlockOrder
  /** How many at most. */
  count: number
  kind: "videos"
} | {
  /** Above them; empty for "Featured". */
  heading: string
  /** Which. */
  videos: string[]
  kind: "featured"
} | {
  /** How many at most. */
  count: number
  kind: "groups"
} | {
  /** Its handle without host. */
  name: string
  /** How many films at most. */
  count: number
  kind: "group"
} | {
  /** Which. */
  playlist: string
  /** How many films at most. */
  count: number
  kind: "playlist"
}

/** A part of the home page. */
export type HomeBlockShown = {
  content: string
  kind: "welcome"
} | {
  order: BlockOrder | null
  video: VideoItem
  kind: "billboard"
} | {
  heading: string
  order: BlockOrder
  videos: VideoItem[]
  kind: "videos"
} | {
  heading: string
  videos: VideoItem[]
  kind: "featured"
} | {
  total: number
  groups: VideoChannel[]
  kind: "groups"
} | {
  group: VideoChannel
  videos: VideoItem[]
  kind: "group"
} | {
  playlist: VideoPlaylist
  videos: VideoItem[]
  kind: "playlist"
}

/** The home page. */
export interface HomePage {
  /** From the top down. What there is nothing of is left out. */
  blocks: HomeBlockShown[]
  /** Handle of the only group, whose page is the home page where nobody arranged another. */
  opensOn: string | null
  /** How many films lists show. */
  films: number
  /** Somebody has set this instance up. */
  claimed: boolean
}

/** The home page. */
export interface HomeSettings {
  /** A welcome, Markdown; nothing is shown without one. */
  welcome: string
  /** What stands on it, from the top down. */
  blocks: HomeBlock[]
}

/** Who we are. */
export interface InstanceSettings {
  /** Name in the head of every page. */
  name: string
  /** One line. */
  shortDescription: string
  /** Markdown. */
  description: string
  /** Terms of use, Markdown. */
  terms: string
  /** Language of pages for visitors who ask for none of ours: `fr` or `en`. */
  language: string
  /** Address chosen at set-up; the configuration's counts more. */
  publicUrl: string | null
  /** Most of what is shown here may hurt or shock. */
  sensitive: boolean
  /** What visitors, and people who have not chosen, are shown of single videos that may. */
  sensitivePolicy: SensitivePolicy
}

/** A parameter that breaks a rule. */
export interface InvalidParam {
  /** `field`. */
  type: string
  /** What was sent, when it is short and no secret. */
  value?: unknown
  /** The rule. */
  msg: string
  /** Its name. */
  path: string
  /** `body`, `query`, `params` or `headers`. */
  location: string
}

/** An invitation into a group. */
export interface Invitation {
  id: number
  group: ActorSummary
  account: ActorSummary | null
  role: MemberRole
  by: ActorSummary | null
  createdAt: string
  expiresAt: string
  /** People that a link has let in. */
  uses: number
  /** People that a link may let in. */
  mostUses: number
}

/** A link that was just made. It is not shown again. */
export interface InvitationLink {
  id: number
  url: string
  expiresAt: string
}

/** The answer to an invitation that was made. */
export interface Invited {
  collaborator: VideoChannelCollaborator
}

/** Work, in PeerTube's keys and ours. */
export interface Job {
  id: string
  state: JobState
  /** What it does; the names are ours. */
  type: string
  /** What it is about. */
  data: {
    [key: string]: unknown
  }
  /** Hundredths. */
  progress: number
  priority: number
  error: string | null
  createdAt: string
  finishedOn: string | null
  processedOn: string | null
  /** Ours: which worker takes it. */
  lane: string
  /** Ours: how often it was tried. */
  attempts: number
  /** Ours: not before. */
  runAt: string
  /** Ours: why it failed, for people. */
  reason: string | null
  /** Ours: the same for the interface's translation. */
  reasonCode: string | null
  /** Ours: what was unusual about it. */
  note: string | null
  /** Ours. */
  secondsLeft: number | null
  /** Ours: the video that it is about. */
  videoUUID: string | null
  /** Ours. */
  videoName: string | null
}

/** How far work is. */
export type JobState = "waiting" | "delayed" | "active" | "completed" | "failed" | "cancelled"

/** Whether new work is begun. */
export interface JobsPause {
  paused: boolean
}

/** Somebody who asks to come in. */
export interface JoinRequest {
  account: ActorSummary
  message: string
  createdAt: string
}

/** How people come into a group. */
export type Joining = "invitation" | "request" | "open"

/** A language and its name. */
export interface LanguageLabel {
  id: string
  label: string
}

/** How often letters go. */
export type LetterRhythm = "at-once" | "daily" | "weekly" | "never"

/** How a finding stands. */
export type Level = "good" | "warn" | "bad"

/** What keeps an upload from being larger. */
export type LimitedBy = "quota" | "daily-quota" | "disk" | "size"

/** A page of a list. */
export interface List<T> {
  /** How many there are in all. */
  total: number
  /** Those of this page. */
  data: T[]
}

/** Where a picture of the instance is shown. */
export type LogoKind = "favicon" | "header-square" | "header-wide" | "opengraph"

/** What would follow from them. */
export interface LookPreview {
  /** Every pair of text and ground. */
  pairs: Pair[]
  /** The style sheet that shows them. */
  css: string
}

/** Colours, as `#rrggbb`, and style. What is none has the colours of Kiosque. */
export interface LookSettings {
  /** The roof: the head of every page, day and evening. */
  roof: string | null
  /** Links and buttons by day. */
  action: string | null
  /** Links and buttons in the evening. */
  actionDark: string | null
  /** Style sheet after ours, for every page but those of the administration. */
  css: string
}

/** What the machine's administrator wrote down, to be looked at. */
export interface Machine {
  /** Each key of the file with what is in force. */
  keys: MachineKey[]
  /** The mail server of the file counts, whatever was chosen in the browser. */
  mailIsWrittenDown: boolean
  /** The public address of the file counts. */
  addressIsWrittenDown: boolean
}

/** One key as it is in force, for those who look and cannot change it. */
export interface MachineKey {
  /** `a.b` of the file. */
  key: string
  /** Its variable of the environment. */
  variable: string
  /** Its value as TOML writes it; none when there is none, or when it is a secret. */
  value: string | null
  /** Somebody wrote it down. */
  changed: boolean
  /** What it is for, in English. */
  explanation: string
}

/** How the way to the mail server is protected. */
export type MailSecurity = "starttls" | "tls" | "none"

/** The mail server that takes our letters; that of the configuration counts more. */
export interface MailSettings {
  /** Host name; no mail is sent without one. */
  host: string
  /** Port; 0 chooses 587 with STARTTLS, 465 with TLS, 25 without. */
  port: number
  /** How the way to it is protected. */
  security: MailSecurity
  /** User name, when the server wants one. */
  username: string
  /** Its password. Never told; `null` leaves it as it is, an empty one takes it away. */
  password: string | null
  /** There is a password; what is sent here counts nothing. */
  passwordIsSet: boolean
  /** Sender's address. */
  from: string
}

/** What a video waits for. */
export type MakingStage = "probing" | "queued" | "encoding" | "paused" | "ready" | "failed"

/** Somebody in a group. */
export interface Member {
  account: ActorSummary
  role: MemberRole
  /** Answers for the group; PeerTube's ownerAccount. */
  owner: boolean
  /** Whether the group's page names them to everyone. */
  shown: boolean
  since: string
}

/** What an account may in a group. */
export type MemberRole = "administrator" | "moderator" | "member"

/** One's place in a group. */
export interface Membership {
  group: ActorSummary
  role: MemberRole
  owner: boolean
  shown: boolean
  since: string
}

/** The container. */
export interface MetadataFormat {
  size: number
  bit_rate?: number
  /** Seconds. */
  duration: number
  nb_streams: number
  format_name: string
  format_long_name?: string
  tags: {
    [key: string]: string
  }
}

/** Pictures or sound. */
export interface MetadataStream {
  index: number
  codec_type: string
  codec_name: string
  /** Seconds. */
  duration: number
  width?: number
  height?: number
  /** As in `30000/1001`. */
  avg_frame_rate?: string
  r_frame_rate?: string
  channels?: number
  sample_rate?: string
}

/** What was done. */
export type ModerationAction = "reportAccepted" | "reportRejected" | "reportReopened" | "reportRemoved" | "videoBlocked" | "videoUnblocked" | "videoRemoved" | "videoAccepted" | "commentRemoved" | "commentsRemoved" | "accountBlocked" | "accountUnblocked" | "accountRemoved" | "accountMuted" | "accountUnmuted" | "serverMuted" | "serverUnmuted" | "accountWarned"

/** Something that was done to keep order. */
export interface ModerationLogEntry {
  id: number
  at: string
  action: ModerationAction
  actor: ActorSummary | null
  account: ActorSummary | null
  /** The report, which may be gone. */
  report: number | null
  /** Short UUID of the video, which may be gone. */
  video: string | null
  /** A title, a reason. */
  detail: string | null
}

/** What somebody is told. */
export interface ModeratorWarning {
  id: number
  kind: WarningKind
  /** The words of a warning; empty of what is none. */
  text: string
  createdAt: string
  readAt: string | null
  /** Which moderator; only moderators read it. */
  by?: ActorSummary
  /** Who was told; for moderators. */
  account?: ActorSummary
}

/** A warning. */
export interface ModeratorWarningCreate {
  /** Whom: `name`. */
  accountName: string
  text: string
  /** The report that it is about. */
  report?: number | null
}

/** A warning that was just written. */
export interface ModeratorWarningMade {
  warning: Numbered
}

/** What was read. */
export interface ModeratorWarningsRead {
  ids: number[]
}

/** A moment of a video. */
export interface Moment {
  /** Seconds. */
  time: number
}

/** What a list item has beyond, where it was asked for or the list is one's own. */
export interface More {
  state?: StateLabel
  waitTranscoding?: boolean
  scheduledUpdate?: ScheduledUpdate
  blacklisted?: boolean
  blacklistedReason?: string | null
  /** Ours: it is hidden because no moderator has looked at it yet. */
  waitsForReview?: boolean
  blockedOwner?: boolean
  blockedServer?: boolean
  streamingPlaylists?: VideoStreamingPlaylist[]
  files?: VideoFile[]
  videoSource?: VideoSource | null
  automaticTags?: string[]
  /** Ours: bytes of what is whole of it, and of its source while that is kept, in one's own list. */
  sizeOnDisk?: number
  progress?: Progress | null
}

/** What somebody is in a group, and may. */
export interface MyPlace {
  role: MemberRole | null
  owner: boolean
  /** Whether the group's page names them. */
  shown: boolean
  invited: MemberRole | null
  asked: AskedState | null
  /** People who ask to come in, for those who answer them. */
  requests: number | null
  may: GroupDeed[]
}

/** Oneself. */
export type MyUser = User & {
  specialPlaylists: MyUserSpecialPlaylist[]
  /** How much one was told that one has not read. */
  unreadNotificationsCount: number
  /** Ours: how much of what moderators told one has not been read. */
  unreadWarnings: number
  /** Groups of others that one may publish in. */
  videoChannelCollaborations: UserVideoChannel[]
}

/** A playlist that everybody has. */
export interface MyUserSpecialPlaylist {
  id: number
  name: string
  type: 1 | 2
}

/** New passwords of a video. */
export interface NewPasswords {
  passwords: string[]
}

/** Its numbers: here they are one. */
export interface NewUser {
  id: number
  account: Numbered
}

/** How letters with notifications come to one. */
export interface NotificationLetters {
  /** At once, gathered, or never. */
  rhythm: LetterRhythm
  /** Whether letters can go at all: a mail server is configured. */
  mail: boolean
}

/** How letters with notifications are to come to one. */
export interface NotificationLettersUpdate {
  /** At once, gathered, or never. */
  rhythm: LetterRhythm
}

/** A number and what it means. */
export interface NumberLabel {
  /** Null when it is not known. */
  id: number | null
  /** In English. */
  label: string
}

/** The number of something that was just made. */
export interface Numbered {
  /** Its number. */
  id: number
}

/** What PeerTube's clients ask for before anything else. */
export interface OauthClientLocal {
  client_id: string
  client_secret: string
}

/** What a link opens. */
export interface OpenInvitation {
  group: VideoChannel
  role: MemberRole
  by: ActorSummary | null
  expiresAt: string
  /** Whether the one who asks is in the group already. */
  member: boolean
}

/** The secret, and the token with which its first code is to be sent. */
export interface OtpRequest {
  requestToken: string
  secret: string
  uri: string
}

/** Viewers who help each other. */
export interface P2pSettings {
  /** The tracker answers. */
  enabled: boolean
  /** On the pages, for viewers who did not choose. */
  webapp: boolean
  /** In frames on other sites. */
  embed: boolean
}

/** Two colours that meet. */
export interface Pair {
  /** In which theme. */
  theme: Theme
  /** Role of the text, as in `--on-roof`. */
  text: string
  /** Its colour. */
  textColour: string
  /** Role of the ground. */
  ground: string
  /** Its colour. */
  groundColour: string
  /** Contrast, two decimals, rounded down. */
  contrast: number
  /** What it must be. */
  needed: number
  /** Which setting it follows from. */
  setting: string
}

/** Looks of PeerTube's player. */
export type PlayerTheme = "galaxy"

/** How a playlist came to be. */
export interface PlaylistKindLabel {
  id: 1 | 2
  label: string
}

/** A playlist that was just made. */
export interface PlaylistMade {
  videoPlaylist: VideoPlaylistCreateResult
}

/** Who may see a playlist. */
export interface PlaylistPrivacyLabel {
  id: 1 | 2 | 3
  label: string
}

/** Who may see a video. */
export interface PrivacyLabel {
  id: 1 | 2 | 3 | 4 | 5
  label: string
}

/** An error, as RFC 7807 has it with what PeerTube's clients read. */
export interface Problem {
  /** `about:blank`, or a page about the code. */
  type: string
  /** Name of the status; missing where there is a code. */
  title?: string | null
  /** A sentence for people, with what to do. */
  detail: string
  status: number
  /** Stable name for clients. */
  code?: string | null
  /** Path of the request, when its parameters are wrong. */
  instance?: string | null
  /** What is wrong, by parameter. */
  "invalid-params"?: {
    [key: string]: InvalidParam
  } | null
  /** The same as `detail`, for older clients. */
  error: string
}

/** What a page shows besides name and description. */
export interface Profile {
  websites: Website[]
  banners: ActorImage[]
}

/** How far a video is. */
export interface Progress {
  state: StateLabel
  stage: MakingStage
  playable: boolean
  queuePosition: number | null
  /** Why it failed or waits, for people. */
  reason: string | null
  /** The same for the interface's translation. */
  reasonCode: string | null
  secondsLeft: number | null
  /** What is unusual about the making, in English. */
  note: string | null
  renditions: RenditionProgress[]
}

/** What the form of a new video begins with. */
export interface PublishSettings {
  /** PeerTube's number: 1 public, 2 unlisted, 3 private, 4 internal. */
  privacy: number
  /** PeerTube's number of a licence. */
  licence: number | null
  /** Viewers may download. */
  downloadEnabled: boolean
  /**
   * PeerTube's number of who may comment: 1 everybody with an account, 2 nobody, 3 after approval. It holds for videos that
   * are sent without a word about it, too.
   */
  commentsPolicy: number
}

/** What a browser needs to know to be told. */
export interface Push {
  /** The key of this instance, for `PushManager.subscribe`. */
  publicKey: string
  /** The address at which the browser that asks is told; null when it is not. */
  endpoint: string | null
  /** Of what one wants to be told on devices; names as in the notification settings. */
  choices: string[]
}

/** Of what to be told. */
export interface PushChoices {
  /** Names as in the notification settings; what is not named is not told. */
  choices: string[]
}

/** A browser's subscription, as `PushSubscription.toJSON` writes it. */
export interface PushDevice {
  /** Where its push service takes messages. */
  endpoint: string
  keys: PushDeviceKeys
}

export interface PushDeviceKeys {
  /** A point of P-256, in URL-safe base 64. */
  p256dh: string
  /** Sixteen bytes, in the same. */
  auth: string
}

/** Bytes that one's videos took. */
export interface QuotaUsed {
  videoQuotaUsed: number
  videoQuotaUsedDaily: number
  /** Ours: bytes that the videos of one's groups take on the disk now. */
  sizeOnDisk: number
}

/** Which were read. */
export interface Read {
  /** Numbers, a hundred at most. */
  ids: number[]
}

/** Codes that stand for a lost telephone. They are shown this once. */
export interface RecoveryCodes {
  codes: string[]
}

/** How many of them are left. */
export interface RecoveryCodesLeft {
  left: number
}

/** Somewhere else the same segments lie. */
export interface Redundancy {
  baseUrl: string
}

/** Where it stands. */
export interface RegistrationStateLabel {
  id: 1 | 2 | 3
  label: string
}

/** What to forget. */
export interface Remove {
  /** Only what was watched before; without it all. */
  beforeDate?: string | null
}

/** How far a rendition is. */
export interface RenditionProgress {
  resolution: ResolutionLabel
  state: RenditionState
  /** From 0 to 1. */
  done: number
  secondsLeft: number | null
  /** It is taken over from the source, not encoded. */
  copied: boolean
}

/** What a rendition waits for. */
export type RenditionState = "waiting" | "encoding" | "ready" | "stopped"

/** Lines of a picture; 0 is sound alone. */
export interface ResolutionLabel {
  id: number
  label: string
}

/** What moderators look at before others see it. Who looks after the instance never waits. */
export interface ReviewSettings {
  /** New videos wait for a moderator, but those of people who are trusted. */
  newVideos: boolean
  /**
   * Comments of somebody who came in by open registration, and whom nobody knows, wait until so many were shown; 0: none
   * waits. In groups that one belongs to, one is known.
   */
  firstComments: number
}

/** The token is worth nothing now. */
export interface Revoked {
  success: boolean
}

/** A privacy to come. */
export interface ScheduledUpdate {
  updateAt: string
  privacy: 1 | 2 | 4
}

/** What opens one's feed. */
export interface ScopedToken {
  feedToken: string
}

/** What to do with videos that are marked as sensitive. */
export type SensitivePolicy = "do_not_list" | "warn" | "blur" | "display"

/** That a server is muted. */
export interface ServerBlock {
  /** Who does not want to hear; not there when it is the instance. */
  byAccount?: Account
  blockedServer: BlockedServer
  createdAt: string
}

/** Which server to mute. */
export interface ServerBlockCreate {
  host: string
}

/** How this instance is set up, as far as anyone may know. */
export interface ServerConfig {
  client: config_Client
  defaults: config_Defaults
  webadmin: config_Webadmin
  instance: config_Instance
  search: config_Search
  plugin: config_Plugins
  theme: config_Themes
  email: Switch
  contactForm: Switch
  serverVersion: string
  serverCommit: string
  /** Ours: what really runs. */
  kiosqueVersion: string
  transcoding: config_Transcoding
  live: config_Live
  videoStudio: config_WithRunners
  videoFile: config_VideoFileConfig
  videoTranscription: config_WithRunners
  import: config_Import
  export: config_Export
  autoBlacklist: config_AutoBlacklist
  avatar: config_Upload
  banner: config_Upload
  logo: config_Upload
  video: config_VideoUpload
  videoCaption: config_Upload
  user: config_UserConfig
  videoChannels: config_ChannelsConfig
  trending: config_Trending
  tracker: Switch
  followings: config_Followings
  federation: Switch
  /** Ours: plain http and private peers are permitted; the interface shows that it is on. */
  allowInsecure: boolean
  broadcastMessage: config_Broadcast
  homepage: Switch
  openTelemetry: config_OpenTelemetry
  views: config_Views
  storyboards: config_WithRunners
  webrtc: config_WebRtc
  nsfwFlagsSettings: Switch
  fieldsConstraints: config_FieldsConstraints
  signup: config_Signup
}

/** Figures in PeerTube's keys. What Kiosque does not have yet is nought. */
export interface ServerStats {
  totalUsers: number
  totalDailyActiveUsers: number
  totalWeeklyActiveUsers: number
  totalMonthlyActiveUsers: number
  totalModerators: number
  totalAdmins: number
  totalLocalVideos: number
  totalLocalVideoViews: number
  totalLocalVideoComments: number
  /** Bytes. */
  totalLocalVideoFilesSize: number
  totalVideos: number
  totalVideoComments: number
  totalLocalVideoChannels: number
  totalLocalDailyActiveVideoChannels: number
  totalLocalWeeklyActiveVideoChannels: number
  totalLocalMonthlyActiveVideoChannels: number
  totalLocalPlaylists: number
  totalInstanceFollowers: number
  totalInstanceFollowing: number
  videosRedundancy: never[]
  averageAbuseResponseTimeMs: number | null
  totalAbuses: number
  totalAbusesProcessed: number
  averageRegistrationRequestResponseTimeMs: number | null
  totalRegistrationRequests: number
  totalRegistrationRequestsProcessed: number
  activityPubMessagesProcessedPerSecond: number
  totalActivityPubMessagesWaiting: number
  totalActivityPubMessagesProcessed: number
  totalActivityPubMessagesSuccesses: number
  totalActivityPubMessagesErrors: number
  totalActivityPubCreateMessagesSuccesses: number
  totalActivityPubCreateMessagesErrors: number
  totalActivityPubUpdateMessagesSuccesses: number
  totalActivityPubUpdateMessagesErrors: number
  totalActivityPubDeleteMessagesSuccesses: number
  totalActivityPubDeleteMessagesErrors: number
  totalActivityPubFollowMessagesSuccesses: number
  totalActivityPubFollowMessagesErrors: number
  totalActivityPubAcceptMessagesSuccesses: number
  totalActivityPubAcceptMessagesErrors: number
  totalActivityPubRejectMessagesSuccesses: number
  totalActivityPubRejectMessagesErrors: number
  totalActivityPubAnnounceMessagesSuccesses: number
  totalActivityPubAnnounceMessagesErrors: number
  totalActivityPubUndoMessagesSuccesses: number
  totalActivityPubUndoMessagesErrors: number
  totalActivityPubLikeMessagesSuccesses: number
  totalActivityPubLikeMessagesErrors: number
  totalActivityPubDislikeMessagesSuccesses: number
  totalActivityPubDislikeMessagesErrors: number
  totalActivityPubFlagMessagesSuccesses: number
  totalActivityPubFlagMessagesErrors: number
  totalActivityPubViewMessagesSuccesses: number
  totalActivityPubViewMessagesErrors: number
  totalActivityPubApproveReplyMessagesSuccesses: number
  totalActivityPubApproveReplyMessagesErrors: number
  totalActivityPubRejectReplyMessagesSuccesses: number
  totalActivityPubRejectReplyMessagesErrors: number
}

/** All sections. In an answer every field is there; a change names those that it is about. */
export interface Settings {
  /** Name, description and terms. */
  instance: InstanceSettings
  /** Who is behind it, and what people ought to know. */
  about: AboutSettings
  /** The home page. */
  home: HomeSettings
  /** Which renditions are made. */
  transcoding: TranscodingSettings
  /** What may be sent. */
  uploads: UploadSettings
  /** What the form of a new video begins with. */
  publish: PublishSettings
  /** What moderators look at first. */
  review: ReviewSettings
  /** Viewers who help each other. */
  p2p: P2pSettings
  /** How people get an account. */
  signup: SignupSettings
  /** The mail server that takes our letters. */
  mail: MailSettings
  /** Letters of strangers to those who run the instance. */
  contact: ContactSettings
  /** A sentence on every page. */
  broadcast: BroadcastSettings
  /** Colours and style. */
  look: LookSettings
}

/** How far set-up is. */
export interface SetupState {
  /** An administrator exists. */
  claimed: boolean
  /** Those of the interface; with a token only, like what follows. */
  languages?: string[]
  /** The address by which this request came, or the configured one. */
  suggestedUrl?: string
  /** Of Kiosque. */
  version?: string
}

/** Who may get an account. */
export type SignupMode = "closed" | "approval" | "open"

/** How people get an account. */
export interface SignupSettings {
  /** Who may come. */
  mode: SignupMode
  /** An address is proven by a letter before the account is made. */
  verifyEmail: boolean
  /** Accounts at most, those of the administration included; -1 without limit. */
  limit: number
  /** Years that people say they have; 0 does not ask. */
  minimumAge: number
}

/** What may go. */
export interface Spare {
  /** Sources whose renditions are all whole. */
  sources: Heap
  /** Sources are kept because the settings say so: none of them goes. */
  sourcesAreKept: boolean
  /** Unfinished uploads with which nobody has gone on for an hour. */
  uploads: Heap
  /** What may be deleted at any time. */
  cache: Heap
  /** Files that no row names and that are older than a day. */
  nameless: Heap
}

/** How far the making of a video is. */
export interface StateLabel {
  id: 1 | 2 | 7
  label: string
}

/** A sheet of small pictures, line by line. */
export interface Storyboard {
  fileUrl: string
  storyboardPath: string
  totalHeight: number
  totalWidth: number
  spriteWidth: number
  spriteHeight: number
  /** Seconds of film that each picture stands for. */
  spriteDuration: number
}

/** Preview sprites of a video: one sheet, or none yet. */
export interface Storyboards {
  storyboards: Storyboard[]
}

/** What to follow. */
export interface Subscribe {
  /** `name@host` of a group or an account. */
  uri: string
}

/** What one follows. */
export type Subscription = VideoChannel | Account

/** Something with a page of its own whose name, or what is said of it, begins like what was typed. */
export interface Suggestion {
  kind: SuggestionKind
  name: string
  /** Path of its page. */
  path: string
}

/** What a suggestion leads to. */
export type SuggestionKind = "group" | "account" | "video" | "playlist"

/** Suggestions, the likeliest of each kind first. */
export interface Suggestions {
  data: Suggestion[]
}

/** Whether something is there. */
export interface Switch {
  enabled: boolean
}

/** A tag with its newest videos. */
export interface TagOverview {
  tag: string
  videos: VideoItem[]
}

/** A letter that the mail server took. */
export interface TestLetter {
  /** Where it went. */
  to: string
}

/** A code and what it means. */
export interface TextLabel {
  /** Null when it is not known. */
  id: string | null
  /** In English. */
  label: string
}

/** Light or dark. */
export type Theme = "light" | "dark"

/** Width to height of a picture. */
export type ThumbnailAspectRatio = "16:9"

/** One size of the picture of a video. */
export interface ThumbnailJson {
  width: number
  height: number
  aspectRatio: ThumbnailAspectRatio
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

/** A signed-in device. */
export interface TokenSession {
  id: number
  currentSession: boolean
  loginDevice: string | null
  loginIP: string | null
  loginDate: string
  lastActivityDevice: string | null
  lastActivityIP: string | null
  lastActivityDate: string
  createdAt: string
}

/** Which renditions are made of a source. */
export interface TranscodingSettings {
  /** Short sides of the ladder, 0 for sound only. Never above the source's own. */
  resolutions: number[]
  /** Frames per second at most. */
  maxFps: number
  /** A source fit for copying may have this many times the bit rate of its rung. */
  copyFactor: number
  /** Also make a progressive MP4, for download and old players. */
  progressive: boolean
  /** Keep the file as it was sent. */
  keepOriginal: boolean
}

/** What an authenticator app needs. */
export interface TwoFactorEnableResult {
  otpRequest: OtpRequest
}

/** A file that is still coming in. */
export interface Upload {
  uploadId: string
  filename: string
  /** Bytes of the whole file. */
  size: number
  /** Bytes that are safe. */
  received: number
  createdAt: string
  expiresAt: string
  /** What was said of the video. */
  metadata: {
    [key: string]: unknown
  }
}

/** How much may be sent. */
export interface UploadRoom {
  bytesLeft: number
  limitedBy: LimitedBy
  maxFileSize: number
}

/** What may be sent. */
export interface UploadSettings {
  /** Bytes of one file. */
  maxFileSize: number
  /** Bytes of a new account in all; -1 without limit. */
  defaultQuota: number
  /** Bytes of a new account in a day; -1 without limit. */
  defaultQuotaDaily: number
  /**
   * Bytes of the disk that uploads leave free, for what is made of them. A sixteenth of it is left free in any
   * case.
   */
  reserve: number
  /** Groups one account may make. */
  groupsPerAccount: number
}

/** What became of an upload. */
export interface Uploaded {
  video: VideoCreateResult
}

/** What takes how much of the disk, in bytes. */
export interface Usage {
  /** The disk. */
  total: number
  /** Of it, what we may still use. */
  free: number
  /** Videos, pictures, captions; the five that follow together. */
  media: number
  /** Files as they were sent. */
  sources: number
  /** What is watched, in all its sizes. */
  renditions: number
  /** Files for download and old players. */
  progressive: number
  /** Thumbnails, previews, storyboards, avatars, banners. */
  pictures: number
  /** Captions. */
  captions: number
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
  language: string | null
  pendingEmail: string | null
  emailPublic: boolean
  emailVerified: boolean | null
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
  videoLanguages: string[] | null
  role: UserRole
  /** Bytes; -1 without limit. */
  videoQuota: number
  /** Bytes in a day; -1 without limit. */
  videoQuotaDaily: number
  totalVideoFileSize?: number
  videoQuotaUsed?: number
  videoQuotaUsedDaily?: number
  /** Videos that it sent. */
  videosCount?: number
  /** Comments that it wrote and that were not removed. */
  videoCommentsCount?: number
  /** Reports about it, its videos and its comments. */
  abusesCount?: number
  /** Those of them that were found right. */
  abusesAcceptedCount?: number
  /** Reports that it wrote. */
  abusesCreatedCount?: number
  noInstanceConfigWarningModal: boolean
  noWelcomeModal: boolean
  noAccountSetupWarningModal: boolean
  blocked: boolean
  blockedReason: string | null
  account: Account
  notificationSettings?: UserNotificationSetting
  videoChannels: UserVideoChannel[]
  createdAt: string
  pluginAuth: string | null
  lastLoginDate: string | null
  twoFactorEnabled: boolean
  adminFlags: 0 | 1
  /** Ours: when somebody asked for a new password and has not chosen one yet. */
  passwordAskedAt?: string
  /** Ours: it was made without a password, and none was chosen yet. */
  invited?: boolean
  /** Nothing new is ever announced to users of PeerTube's pages. */
  newFeaturesInfoRead: number
}

/** A report, for the one who wrote it. */
export interface UserAbuse {
  id: number
  reason: string
  predefinedReasons: AbusePredefinedReason[]
  flaggedAccount: Account | null
  state: AbuseStateLabel
  countMessages: number
  createdAt: string
  updatedAt: string
  video: AbuseVideo | null
  comment: AbuseComment | null
}

/** An account that was just made. */
export interface UserMade {
  user: NewUser
}

/** That one is told of something. Which of the parts there are depends on the type. */
export interface UserNotification {
  id: number
  type: 1 | 2 | 3 | 4 | 5 | 6 | 9 | 10 | 11 | 12 | 15 | 16 | 20 | 23 | 24 | 25 | 1001 | 1002 | 1003 | 1004 | 1005 | 1006 | 1007
  read: boolean
  /** Of plugins, of which there are none. */
  data: UserNotificationData
  video?: UserNotificationChannelVideo
  comment?: UserNotificationComment
  account?: ActorInfo
  abuse?: UserNotificationAbuse
  videoBlacklist?: UserNotificationBlacklist
  actorFollow?: UserNotificationFollow
  registration?: UserNotificationRegistration
  videoChannelCollaborator?: UserNotificationCollaborator
  /** Ours: the group whose people it is about. */
  group?: ActorInfo
  createdAt: string
  updatedAt: string
}

/** A report. What of the parts there is depends on what it is about. */
export interface UserNotificationAbuse {
  id: number
  state: 1 | 2 | 3
  video?: UserNotificationVideo
  comment?: UserNotificationAbuseComment
  account?: ActorInfo
}

export interface UserNotificationAbuseComment {
  threadId: number
  video: UserNotificationVideo
}

/** A video that moderators hide. */
export interface UserNotificationBlacklist {
  id: number
  video: UserNotificationVideo
}

export type UserNotificationChannelVideo = UserNotificationVideo & {
  channel: ActorInfo
}

export interface UserNotificationCollaborator {
  /** The number of the account, as in the collaborators of a channel. */
  id: number
  state: CollaboratorState
  channel: ActorInfo
  channelOwner: ActorInfo
  account: ActorInfo
}

export interface UserNotificationComment {
  id: number
  threadId: number
  account: ActorInfo
  video: UserNotificationVideo
  heldForReview: boolean
}

/** An empty object. */
export type UserNotificationData = Record<string, unknown>

export interface UserNotificationFollow {
  id: number
  follower: ActorInfo
  state: FollowState
  following: UserNotificationFollowed
}

export interface UserNotificationFollowed {
  type: UserNotificationFollowedType
  name: string
  displayName: string
  host: string
}

export type UserNotificationFollowedType = "account" | "channel"

export interface UserNotificationRegistration {
  id: number
  username: string
}

/** Where one wants to be told of what, as PeerTube writes it: the sum of 1 in the page and 2 by letter. */
export interface UserNotificationSetting {
  newVideoFromSubscription: number
  newCommentOnMyVideo: number
  abuseAsModerator: number
  videoAutoBlacklistAsModerator: number
  blacklistOnMyVideo: number
  myVideoImportFinished: number
  myVideoPublished: number
  commentMention: number
  newFollow: number
  newUserRegistration: number
  newInstanceFollower: number
  autoInstanceFollowing: number
  abuseStateChange: number
  abuseNewMessage: number
  newPeerTubeVersion: number
  newPluginVersion: number
  myVideoStudioEditionFinished: number
  myVideoTranscriptionGenerated: number
  /** Ours: who comes into one's groups, and the groups that one comes into. */
  groupPeople: number
}

export interface UserNotificationVideo {
  id: number
  uuid: string
  shortUUID: string
  name: string
  state: StateLabel
}

/** Somebody who wants an account. */
export interface UserRegistration {
  id: number
  state: RegistrationStateLabel
  /** Empty for who needs no moderator and has yet to prove the address. */
  registrationReason: string
  moderationResponse: string | null
  username: string
  email: string
  emailVerified: boolean | null
  accountDisplayName: string | null
  channelHandle: string | null
  channelDisplayName: string | null
  createdAt: string
  updatedAt: string
  user: Numbered | null
}

/** What an account may do. */
export interface UserRole {
  id: 0 | 1 | 2
  label: string
}

/** A group that somebody may publish in, with the number of its owner. */
export type UserVideoChannel = VideoChannel & {
  ownerAccountId: number
}

/** What somebody thinks of a video. */
export interface UserVideoRate {
  videoId: number
  rating: VideoRateType
}

/** What to think of a video from now on. */
export interface UserVideoRateUpdate {
  rating: VideoRateType
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
  privacy: PrivacyLabel
  nsfw: boolean
  nsfwFlags: number
  nsfwSummary: string | null
  truncatedDescription: string | null
  description: string | null
  isLocal: boolean
  duration: number
  aspectRatio: number | null
  views: number
  viewers: number
  likes: number
  dislikes: number
  comments: number
  thumbnailPath: string | null
  previewPath: string | null
  thumbnails: ThumbnailJson[]
  embedPath: string
  createdAt: string
  updatedAt: string
  publishedAt: string
  originallyPublishedAt: string | null
  isLive: boolean
  userHistory?: History
}

/** A hidden video. */
export interface VideoBlacklist {
  id: number
  createdAt: string
  updatedAt: string
  reason: string | null
  unfederated: boolean
  /** 1 somebody hid it, 2 it waits to be looked at. */
  type: 1 | 2
  video: VideoItem
}

/** Why a video is hidden. */
export interface VideoBlacklistCreate {
  /** What its makers read. */
  reason?: string | null
  /** Whether other instances are told that it is gone. */
  unfederate?: boolean
}

/** Captions in one language. */
export interface VideoCaption {
  language: LanguageLabel
  automaticallyGenerated: boolean
  captionPath: string
  fileUrl: string
  m3u8Url: string | null
  updatedAt: string
}

/** That somebody wants to give a video to somebody else. */
export interface VideoChangeOwnership {
  id: number
  status: VideoChangeOwnershipStatus
  initiatorAccount: Account
  nextOwnerAccount: Account
  video: VideoItem
  createdAt: string
}

/** Where a video is to go. */
export interface VideoChangeOwnershipAccept {
  /** A group for which one publishes. */
  channelId: number
}

/** PeerTube's word for what became of it. */
export type VideoChangeOwnershipStatus = "WAITING" | "ACCEPTED" | "REFUSED"

/** A group; PeerTube's VideoChannel. */
export type VideoChannel = ActorCommon & ({
  banners: ActorImage[]
  displayName: string
  description: string | null
  support: string | null
  isLocal: boolean
  updatedAt: string
  ownerAccount?: Account
})

/** Somebody who publishes in a group, or is invited to. */
export interface VideoChannelCollaborator {
  id: number
  account: ActorSummary
  state: CollaboratorState
  createdAt: string
  updatedAt: string
}

/** A named place. */
export interface VideoChapter {
  /** Seconds. */
  timecode: number
  title: string
}

/** A comment below a video. */
export type VideoComment = Common & ({
  deletedAt: string | null
  isDeleted: boolean
  totalRepliesFromVideoAuthor: number
  totalReplies: number
  account: Account | null
  removedBy: CommentRemovedBy | null
  /** Ours: the accounts that the text speaks to. */
  mentions: CommentMention[]
})

/** What somebody says. */
export interface VideoCommentCreate {
  /** Markdown. */
  text: string
}

/** A comment in the lists of those who look after comments. */
export type VideoCommentForAdminOrUser = Common & {
  /** Tags that comments get by themselves, of which there are none. */
  automaticTags: string[]
  video: CommentedVideo
  account: Account
}

/** A comment that was just written. */
export interface VideoCommentMade {
  comment: VideoComment
}

/** A comment with what answers it. */
export interface VideoCommentThreadTree {
  comment: VideoComment
  /** Oldest first; where there are many, not all of them (`/videos/{id}/comments/{commentId}/replies` has the others). */
  children: VideoCommentThreadTree[]
  totalChildren: number
}

/** A page of threads. */
export interface VideoCommentThreads {
  total: number
  data: VideoComment[]
  /** Threads and answers. */
  totalNotDeletedComments: number
}

/** A video that was just made. */
export interface VideoCreateResult {
  id: number
  shortUUID: string
  uuid: string
}

/** The whole description of a video. */
export interface VideoDescription {
  description: string
}

/** A video with all that is known about it. */
export type VideoDetails = VideoBase & ({
  account: Account
  channel: VideoChannel
  scheduledUpdate?: ScheduledUpdate
  blacklisted: boolean
  blacklistedReason: string | null
  /** Ours: it is hidden because no moderator has looked at it yet. */
  waitsForReview?: boolean
  streamingPlaylists: VideoStreamingPlaylist[]
  files: VideoFile[]
  support: string | null
  descriptionPath: string
  /** Ours: the description as safe HTML. */
  descriptionHtml: string
  tags: string[]
  commentsEnabled: boolean
  commentsPolicy: CommentsLabel
  downloadEnabled: boolean
  waitTranscoding: boolean
  inputFileUpdatedAt: string | null
  state: StateLabel
  embedPrivacyPolicy: FramesLabel
  trackerUrls: string[]
  /** Ours: whether the one who asks may change it. */
  mayManage: boolean
})

/** A playlist that a video is in, with its place there. */
export interface VideoExistInPlaylist {
  playlistElementId: number
  playlistId: number
  playlistDisplayName: string
  playlistShortUUID: string
  startTimestamp: number | null
  stopTimestamp: number | null
}

/** A media file. */
export interface VideoFile {
  id: number
  resolution: ResolutionLabel
  width: number
  height: number
  magnetUri: string | null
  size: number
  fps: number
  /** Null for what lies on another server. */
  torrentUrl: string | null
  torrentDownloadUrl: string | null
  fileUrl: string
  fileDownloadUrl: string
  metadataUrl?: string
  hasAudio: boolean
  hasVideo: boolean
  storage: 0
  /** Ours: this is the file as it was sent, see [`Writing::files_for`]. */
  isSource?: boolean
}

/** What a media file holds. */
export interface VideoFileMetadata {
  format: MetadataFormat
  streams: MetadataStream[]
  chapters: never[]
}

/** A video in a list. */
export type VideoItem = VideoBase & More & {
  account: ActorSummary
  channel: ActorSummary
}

/** A page of videos. */
export interface VideoList {
  /** How many there are in all; missing where `skipCount` was asked. */
  total?: number
  /** The videos. */
  data: VideoItem[]
}

/** Who is to have a video. */
export interface VideoOwnershipGive {
  username: string
}

/** To whom a video is offered. */
export interface VideoOwnershipOffer {
  offer: VideoChangeOwnership | null
}

/** A password of a video. */
export interface VideoPassword {
  id: number
  password: string
  videoId: number
  createdAt: string
  updatedAt: string
}

/** A playlist. */
export interface VideoPlaylist {
  id: number
  uuid: string
  shortUUID: string
  isLocal: boolean
  url: string
  displayName: string
  description: string | null
  privacy: PlaylistPrivacyLabel
  thumbnailPath: string | null
  thumbnails: ThumbnailJson[]
  embedPath: string
  type: PlaylistKindLabel
  videosLength: number
  createdAt: string
  updatedAt: string
  ownerAccount: ActorSummary
  /** Place among those of its group, from 1. */
  videoChannelPosition: number | null
  videoChannel: ActorSummary | null
}

/** By what a playlist is found. */
export interface VideoPlaylistCreateResult {
  id: number
  uuid: string
  shortUUID: string
}

/** A film in a playlist. */
export interface VideoPlaylistElement {
  id: number
  position: number
  startTimestamp: number | null
  stopTimestamp: number | null
  type: 0 | 1 | 2 | 3
  video: VideoItem | null
}

/** A film for a playlist. */
export interface VideoPlaylistElementCreate {
  /** Number, UUID or short UUID. */
  videoId: string
  startTimestamp?: number | null
  stopTimestamp?: number | null
}

/** What of a film is played. */
export interface VideoPlaylistElementUpdate {
  startTimestamp?: number | null
  stopTimestamp?: number | null
}

/** Where some things of a row are to stand. */
export interface VideoPlaylistReorder {
  /** Place of the first that is moved, from 1. */
  startPosition: number
  /** They come behind the one that stands here now; 0 is before all. */
  insertAfterPosition: number
  /** How many are moved; one when nothing is said. */
  reorderLength?: number | null
}

/** As clients write it. */
export type VideoRateType = "like" | "dislike" | "none"

/** A file that is to take the place of another. */
export interface VideoReplacement {
  filename: string
  /** How far its making is. */
  progress: Progress
}

/** What is to take the place of a video's film. */
export interface VideoReplacementAnswer {
  replacement: VideoReplacement | null
}

/** The file of a video as it was sent. */
export interface VideoSource {
  /** What its sender called it; older clients read this. */
  filename: string
  inputFilename: string
  /** It is never public. */
  fileUrl: string | null
  /** For those who manage the video; null when the file was not kept. */
  fileDownloadUrl: string | null
  resolution: ResolutionLabel
  size: number
  width: number
  height: number
  fps: number
  metadata: VideoFileMetadata | null
  createdAt: string
}

/** HLS of a video. */
export interface VideoStreamingPlaylist {
  id: number
  type: 1
  playlistUrl: string
  segmentsSha256Url: string | null
  redundancies: Redundancy[]
  files: HlsFile[]
}

/** What [`token`] answers. */
export interface VideoToken {
  files: FileTokenJson
}

/** What is worth discovering. */
export interface VideosOverview {
  categories: CategoryOverview[]
  channels: ChannelOverview[]
  tags: TagOverview[]
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

/** What is told. */
export type WarningKind = "warning" | "muted" | "heard"

/** A link on a page. */
export interface Website {
  /** What it is called; empty when the address says enough. */
  label: string
  /** An address with http or https. */
  url: string
}

/** Colours before they are chosen. */
export interface Wish {
  roof?: string | null
  action?: string | null
  actionDark?: string | null
}

export interface config_AboutInstance {
  name: string
  shortDescription: string
  description: string
  terms: string
  codeOfConduct: string
  hardwareInformation: string
  creationReason: string
  moderationInformation: string
  administrator: string
  maintenanceLifetime: string
  businessModel: string
  languages: string[]
  categories: number[]
  banners: ActorImage[]
  avatars: ActorImage[]
}

export interface config_Admin {
  email: string
}

export interface config_Algorithms {
  enabled: string[]
  default: string
}

export interface config_AndroidApp {
  intent: config_AndroidIntent
}

export interface config_AndroidIntent {
  enabled: boolean
  host: string
  scheme: string
  fallbackUrl: string
}

export interface config_AutoBlacklist {
  videos: config_AutoBlacklistVideos
}

export interface config_AutoBlacklistVideos {
  ofUsers: Switch
}

export interface config_AutoFollowIndex {
  indexUrl: string
}

/** A sentence on every page. */
export interface config_Broadcast {
  enabled: boolean
  message: string
  level: BroadcastLevel
  dismissable: boolean
}

export interface config_BrowseVideos {
  defaultSort: string
  defaultScope: string
}

/** Nothing of other servers is kept. */
export interface config_Cache {
  previews: config_CacheSize
  captions: config_CacheSize
  torrents: config_CacheSize
  storyboards: config_CacheSize
}

export interface config_CacheSize {
  size: number
}

export interface config_ChannelsConfig {
  maxPerUser: number
}

/** What PeerTube's own pages ask for. */
export interface config_Client {
  newFeaturesInfo: boolean
  header: config_ClientHeader
  videos: config_ClientVideos
  browseVideos: config_BrowseVideos
  menu: config_Menu
  openInApp: config_OpenInApp
}

export interface config_ClientHeader {
  hideInstanceName: boolean
}

export interface config_ClientVideos {
  miniature: config_Miniature
  resumableUpload: config_ResumableUpload
}

export interface config_CustomAutoFollow {
  enabled: boolean
  indexUrl: string
}

export interface config_CustomClient {
  header: config_ClientHeader
  videos: config_CustomClientVideos
  browseVideos: config_BrowseVideos
  menu: config_Menu
}

export interface config_CustomClientVideos {
  miniature: config_CustomMiniature
}

export interface config_CustomComments {
  acceptRemoteComments: boolean
}

export interface config_CustomEmail {
  body: config_EmailBody
  subject: config_EmailSubject
}

export interface config_CustomFollowers {
  instance: config_FollowersOfInstance
  channels: Switch
}

export interface config_CustomFollowings {
  instance: config_CustomFollowingsInstance
}

export interface config_CustomFollowingsInstance {
  autoFollowBack: Switch
  autoFollowIndex: config_CustomAutoFollow
}

export interface config_CustomHls {
  enabled: boolean
  splitAudioAndVideo: boolean
}

export interface config_CustomImport {
  videos: config_CustomImportVideos
  videoChannelSynchronization: config_Synchronization
  users: Switch
}

export interface config_CustomImportVideos {
  concurrency: number
  http: Switch
  torrent: Switch
}

export interface config_CustomInstance {
  name: string
  shortDescription: string
  description: string
  terms: string
  codeOfConduct: string
  creationReason: string
  moderationInformation: string
  administrator: string
  maintenanceLifetime: string
  businessModel: string
  hardwareInformation: string
  defaultLanguage: string
  languages: string[]
  categories: number[]
  isNSFW: boolean
  defaultNSFWPolicy: SensitivePolicy
  serverCountry: string
  support: config_Support
  social: config_Social
  defaultClientRoute: string
  customizations: config_Customizations
}

export interface config_CustomLive {
  enabled: boolean
  allowReplay: boolean
  latencySetting: Switch
  maxDuration: number
  maxInstanceLives: number
  maxUserLives: number
  transcoding: config_CustomLiveTranscoding
}

export interface config_CustomLiveTranscoding {
  enabled: boolean
  remoteRunners: Switch
  threads: number
  profile: string
  resolutions: CustomSides
  alwaysTranscodeOriginalResolution: boolean
  fps: config_MostFps
}

export interface config_CustomMiniature {
  preferAuthorDisplayName: boolean
}

export interface config_CustomSignup {
  enabled: boolean
  limit: number
  requiresApproval: boolean
  requiresEmailVerification: boolean
  minimumAge: number
}

export interface config_CustomTheme {
  default: string
  customization: config_ThemeCustomization
}

export interface config_CustomTranscoding {
  enabled: boolean
  originalFile: config_OriginalFile
  allowAdditionalExtensions: boolean
  allowAudioFiles: boolean
  remoteRunners: Switch
  /** 0: as many as help. */
  threads: number
  concurrency: number
  profile: string
  resolutions: CustomSides
  alwaysTranscodeOriginalResolution: boolean
  alwaysTranscodePodcastOptimizedAudio: boolean
  fps: config_MostFps
  webVideos: Switch
  hls: config_CustomHls
}

export interface config_CustomTrending {
  videos: config_CustomTrendingVideos
}

export interface config_CustomTrendingVideos {
  algorithms: config_Algorithms
}

export interface config_CustomUser {
  history: config_UserHistory
  videoQuota: number
  videoQuotaDaily: number
  defaultChannelName: string
}

export interface config_Customizations {
  /** Always empty: scripts of others are not run here. */
  javascript: string
  css: string
}

/** What forms begin with. */
export interface config_Defaults {
  publish: config_PublishDefaults
  p2p: config_P2pDefaults
  player: config_PlayerDefaults
}

export interface config_Edition {
  allowed: boolean
}

export interface config_EmailBody {
  signature: string
}

export interface config_EmailSubject {
  prefix: string
}

export interface config_Export {
  users: config_ExportUsers
}

export interface config_ExportUsers {
  enabled: boolean
  exportExpiration: number
  maxUserVideoQuota: number
}

export interface config_Extensions {
  extensions: string[]
}

export interface config_FieldsConstraints {
  users: config_UserConstraints
}

export interface config_FileConstraints {
  size: config_MostBytes
  extensions: string[]
}

export interface config_FollowersOfInstance {
  enabled: boolean
  manualApproval: boolean
}

export interface config_Followings {
  instance: config_FollowingsInstance
}

export interface config_FollowingsInstance {
  autoFollowIndex: config_AutoFollowIndex
}

export interface config_Import {
  videos: config_ImportVideos
  videoChannelSynchronization: Switch
  users: Switch
}

export interface config_ImportVideos {
  http: Switch
  torrent: Switch
}

/** The instance. */
export interface config_Instance {
  name: string
  shortDescription: string
  isNSFW: boolean
  defaultNSFWPolicy: SensitivePolicy
  defaultClientRoute: string
  /** Language of visitors who ask for none of the interface's. */
  defaultLanguage: string
  serverCountry: string
  support: config_Support
  social: config_Social
  customizations: config_Customizations
  avatars: ActorImage[]
  banners: ActorImage[]
  logo: config_Logo[]
}

export interface config_IosApp {
  enabled: boolean
  host: string
  scheme: string
  fallbackUrl: string
}

export interface config_LengthConstraint {
  minLength: number
  maxLength: number
}

export interface config_Live {
  enabled: boolean
  allowReplay: boolean
  latencySetting: Switch
  /** Milliseconds; -1 without limit. */
  maxDuration: number
  maxInstanceLives: number
  maxUserLives: number
  transcoding: config_LiveTranscoding
  rtmp: config_Rtmp
}

export interface config_LiveTranscoding {
  enabled: boolean
  remoteRunners: Switch
  enabledResolutions: number[]
  profile: string
  availableProfiles: string[]
}

/** A picture of the instance. */
export interface config_Logo {
  type: LogoKind
  width: number
  height: number
  fileUrl: string
  /** It is Kiosque's own. */
  isFallback: boolean
}

export interface config_MaxAge {
  maxAge: number
}

export interface config_Menu {
  login: config_MenuLogin
}

export interface config_MenuLogin {
  redirectOnSingleExternalAuth: boolean
}

export interface config_Miniature {
  /** PeerTube 6. */
  displayAuthorAvatar: boolean
  preferAuthorDisplayName: boolean
}

export interface config_MostBytes {
  max: number
}

export interface config_MostFps {
  max: number
}

export interface config_OpenInApp {
  android: config_AndroidApp
  ios: config_IosApp
}

export interface config_OpenTelemetry {
  metrics: config_PlaybackMetrics
}

export interface config_OriginalFile {
  keep: boolean
}

export interface config_P2pDefaults {
  webapp: Switch
  embed: Switch
}

export interface config_PlaybackMetrics {
  enabled: boolean
  playbackStatsInterval: number
}

export interface config_PlayerDefaults {
  theme: PlayerTheme
  autoPlay: boolean
}

/** There are none. */
export interface config_Plugins {
  registered: never[]
  registeredExternalAuths: never[]
  registeredIdAndPassAuths: never[]
}

export interface config_PublishDefaults {
  downloadEnabled: boolean
  commentsPolicy: 1 | 2 | 3
  /** PeerTube 6. */
  commentsEnabled: boolean
  privacy: 1 | 2 | 3 | 4 | 5
  licence: number | null
}

export interface config_RemoteUri {
  users: boolean
  anonymous: boolean
}

export interface config_ResumableUpload {
  /** Bytes of one piece; 0 leaves it to the client. */
  maxChunkSize: number
}

export interface config_Rtmp {
  port: number
}

export interface config_Search {
  remoteUri: config_RemoteUri
  searchIndex: config_SearchIndex
}

export interface config_SearchIndex {
  enabled: boolean
  url: string
  disableLocalSearch: boolean
  isDefaultSearch: boolean
}

export interface config_Services {
  twitter: config_Twitter
}

export interface config_Signup {
  allowed: boolean
  allowedForCurrentIP: boolean
  minimumAge: number
  requiresApproval: boolean
  requiresEmailVerification: boolean
}

export interface config_Social {
  externalLink: string
  mastodonLink: string
  blueskyLink: string
  xLink: string
}

export interface config_Support {
  text: string
}

export interface config_Synchronization {
  enabled: boolean
  maxPerUser: number
}

/** Colours of PeerTube's pages. */
export interface config_ThemeCustomization {
  primaryColor: string | null
  onPrimaryColor: string | null
  foregroundColor: string | null
  backgroundColor: string | null
  backgroundSecondaryColor: string | null
  menuForegroundColor: string | null
  menuBackgroundColor: string | null
  menuBorderRadius: string | null
  headerForegroundColor: string | null
  headerBackgroundColor: string | null
  inputBorderRadius: string | null
}

/** There are none of others. */
export interface config_Themes {
  registered: never[]
  builtIn: never[]
  default: string
  customization: config_ThemeCustomization
}

export interface config_Transcoding {
  remoteRunners: Switch
  hls: Switch
  web_videos: Switch
  enabledResolutions: number[]
  profile: string
  availableProfiles: string[]
}

export interface config_Trending {
  videos: config_TrendingVideos
}

export interface config_TrendingVideos {
  intervalDays: number
  algorithms: config_Algorithms
}

export interface config_Twitter {
  username: string
}

/** Files that may be sent as something. */
export interface config_Upload {
  file: config_FileConstraints
}

export interface config_UserConfig {
  videoQuota: number
  videoQuotaDaily: number
}

export interface config_UserConstraints {
  password: config_LengthConstraint
}

export interface config_UserHistory {
  videos: Switch
}

export interface config_VideoFileConfig {
  update: Switch
}

export interface config_VideoUpload {
  image: config_FileConstraints
  file: config_Extensions
}

/** Milliseconds; -1 for ever. */
export interface config_VideoViews {
  remote: config_MaxAge
  local: config_MaxAge
  watchingInterval: config_WatchingInterval
}

export interface config_Views {
  videos: config_VideoViews
}

export interface config_WatchingInterval {
  anonymous: number
  users: number
}

export interface config_WebRtc {
  stunServers: string[]
}

export interface config_Webadmin {
  configuration: config_WebadminConfiguration
}

export interface config_WebadminConfiguration {
  edition: config_Edition
}

/** Something that other computers could do. */
export interface config_WithRunners {
  enabled: boolean
  remoteRunners: Switch
}
