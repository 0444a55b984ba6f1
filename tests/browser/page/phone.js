// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A telephone in a page, made of SIP.js's user agent as an application would: a test calls its methods and reads what happened, one
// line each, from report() (which the test harness provides).

import { Inviter, Invitation, Registerer, SessionState, SIPExtension, UserAgent, Web } from '/node_modules/sip.js/lib/index.js';
import { ColourMeter, ToneMeter, audioContext, colourTrack, toneTrack } from './media.js';

/** Another fingerprint than that of the certificate that the browser will show. */
function forgeFingerprint(sdp) {
  return sdp.replace(/^(a=fingerprint:\S+ )(.*)$/gm, (_, name, value) =>
    name + value.split(':').map((byte) => (255 - parseInt(byte, 16)).toString(16).toUpperCase().padStart(2, '0')).join(':'));
}

class Phone {
  /**
   * @param {object} options
   * @param {string} options.server the URL of the WebSocket to connect to
   * @param {string} options.uri who this telephone is
   * @param {number} options.hz the tone that it sends
   * @param {number[]} options.rgb the colour that it sends
   * @param {boolean} [options.forge] show a fingerprint that is not ours
   * @param {object} [options.userAgent] more options for SIP.js's UserAgent
   */
  constructor(options) {
    this.options = options;
    this.session = null;
    this.sessions = [];
    this.meters = {};
    this.times = {};
    this.wire = [];

    const webHandlers = Web.defaultSessionDescriptionHandlerFactory(async (constraints) => {
      await audioContext().resume();
      return new MediaStream([
        ...(constraints.audio ? [toneTrack(options.hz)] : []),
        ...(constraints.video ? [colourTrack(options.rgb)] : []),
      ]);
    });

    this.agent = new UserAgent({
      uri: UserAgent.makeURI(options.uri),
      transportOptions: { server: options.server, keepAliveInterval: 0 },
      sessionDescriptionHandlerFactory: (session, handlerOptions) => this.#handler(webHandlers(session, handlerOptions)),
      logBuiltinEnabled: false,
      logConfiguration: false,
      logConnector: (level, category, label, content) => this.#log(level, category, content),
      delegate: {
        onInvite: (invitation) => this.#begin(invitation, 'invite'),
        onDisconnect: (error) => report(`disconnect ${error ? 'error' : 'clean'}`),
      },
      sipExtensionReplaces: SIPExtension.Supported,
      ...options.userAgent,
    });
  }

  // A modifier cannot forge: the browser refuses to set a local description that is not its own. So it happens on the way out.
  #handler(handler) {
    const getDescription = handler.getDescription.bind(handler);

    handler.getDescription = async (...args) => {
      const description = await getDescription(...args);
      return this.options.forge ? { ...description, body: forgeFingerprint(description.body) } : description;
    };
    handler.peerConnectionDelegate = {
      ontrack: ({ track }) => this.#meter(track),
      onconnectionstatechange: () => {
        const state = handler.peerConnection?.connectionState;
        this.times[`peer-${state}`] ??= performance.now();
      },
    };
    this.handler = handler;
    return handler;
  }

  #meter(track) {
    this.meters[track.kind]?.close();
    this.meters[track.kind] = track.kind === 'audio' ? new ToneMeter(track) : new ColourMeter(track);
  }

  #log(level, category, content) {
    if (category === 'sip.Transport' && /^(Received|Sending) WebSocket/.test(content)) {
      this.wire.push(content);
    } else if (level === 'error' || level === 'warn') {
      this.wire.push(`${level}: ${category}: ${content}`);
    }
  }

  #begin(session, how) {
    this.session = session;
    this.sessions.push(session);
    for (const meter of Object.values(this.meters)) {
      meter.close();
    }
    this.meters = {};
    this.times = { begin: performance.now() };
    session.stateChange.addListener((state) => {
      this.times[state] = performance.now();
      report(`state ${state}`);
    });
    session.delegate = {
      onBye: (bye) => {
        report('bye');
        bye.accept();
      },
      onCancel: () => report('cancel'),
      onInvite: () => report('reinvite'),
      onInfo: (info) => {
        report(`info ${info.request.body.replace(/\s+/g, ' ').trim()}`);
        info.accept();
      },
      onRefer: (referral) => this.#follow(referral),
      onNotify: (notification) => {
        notification.accept();
        this.#notified(notification.request);
      },
    };
    report(how);
  }

  async #follow(referral) {
    report(`refer ${referral.referTo.uri.user}${referral.replaces ? ' replaces' : ''}`);
    await referral.accept();
    const inviter = referral.makeInviter({ sessionDescriptionHandlerOptions: this.#mediaOptions({}) });
    this.#begin(inviter, 'following');
    await inviter.invite();
  }

  #notified({ body }) {
    report(`notified ${body.trim().split(/\r?\n/)[0]}`);
  }

  #mediaOptions({ audio = true, video = false, hold = undefined }) {
    return { constraints: { audio, video }, hold, iceGatheringTimeout: 2000 };
  }

  get contact() {
    return this.agent.contact.uri.toString();
  }

  async start() {
    await this.agent.start();
    return this.contact;
  }

  async stop() {
    await this.agent.stop();
  }

  /** Registers with its server: the final status. */
  register() {
    this.registerer = new Registerer(this.agent, { expires: 600 });
    return new Promise((resolve, reject) => {
      const done = ({ message }) => resolve(message.statusCode);
      this.registerer.register({ requestDelegate: { onAccept: done, onReject: done } }).catch(reject);
    });
  }

  /** Loses the connection, and makes another. */
  async reconnect() {
    await this.agent.transport.disconnect();
    await this.agent.reconnect();
  }

  /** An OPTIONS to the target: its final status. */
  ping(target) {
    const core = this.agent.userAgentCore;
    const uri = UserAgent.makeURI(target);
    const message = core.makeOutgoingRequestMessage('OPTIONS', uri, this.agent.configuration.uri, uri, {},
      [`Contact: ${this.agent.contact.toString()}`]);

    return new Promise((resolve) => {
      const done = ({ message: response }) => resolve(response.statusCode);
      core.request(message, { onAccept: done, onReject: done, onRedirect: done });
    });
  }

  async call(target, { audio, video, inviteWithoutSdp } = {}) {
    const inviter = new Inviter(this.agent, UserAgent.makeURI(target), {
      inviteWithoutSdp,
      sessionDescriptionHandlerOptions: this.#mediaOptions({ audio, video }),
    });

    this.#begin(inviter, 'calling');
    const tell = (what) => ({ message }) => report(`${what} ${message.statusCode}`);
    await inviter.invite({
      requestDelegate: {
        onTrying: tell('trying'),
        onProgress: tell('progress'),
        onAccept: tell('accept'),
        onReject: ({ message }) => report(`reject ${message.statusCode} ${message.reasonPhrase}`),
        onRedirect: tell('redirect'),
      },
    });
  }

  async accept({ audio, video } = {}) {
    this.times.begin = performance.now();
    await this.session.accept({ sessionDescriptionHandlerOptions: this.#mediaOptions({ audio, video }) });
  }

  async reject(statusCode) {
    await this.session.reject({ statusCode });
  }

  /** Takes up an earlier session (from 1). */
  select(number) {
    this.session = this.sessions[number - 1];
  }

  /** Refers the other side to a URI, or to the other side of another session (from 1); the status of the REFER. */
  async refer(target) {
    const to = typeof target === 'number' ? this.sessions[target - 1] : UserAgent.makeURI(target);

    return new Promise((resolve, reject) => {
      const done = ({ message }) => resolve(message.statusCode);
      this.session.refer(to, {
        onNotify: (notification) => {
          notification.accept();
          this.#notified(notification.request);
        },
        requestDelegate: { onAccept: done, onReject: done },
      }).catch(reject);
    });
  }

  /** Whether this session (from 1) came to replace another of ours. */
  replaces(number) {
    return Boolean(this.sessions[number - 1].replacee);
  }

  async cancel() {
    await this.session.cancel();
  }

  async bye() {
    await this.session.bye();
  }

  /** Another offer and answer, with the call held or not, or with other media; its final status. */
  async reinvite(media = {}) {
    this.session.sessionDescriptionHandlerOptionsReInvite = this.#mediaOptions(media);
    return new Promise((resolve, reject) => {
      const done = ({ message }) => resolve(message.statusCode);
      this.session.invite({ requestDelegate: { onAccept: done, onReject: done } }).catch(reject);
    });
  }

  /** What it has for changes that the other side asks for. */
  haveForChanges(media) {
    this.session.sessionDescriptionHandlerOptionsReInvite = this.#mediaOptions(media);
  }

  /** The next offer looks for a path anew. */
  restartIce() {
    this.session.sessionDescriptionHandler.peerConnection.restartIce();
  }

  /** Plays tones in the media. */
  tones(tones, duration) {
    return this.session.sessionDescriptionHandler.sendDtmf(tones, { duration, interToneGap: 100 });
  }

  /** The first line of the description of the other side that begins so. */
  remoteLine(start) {
    const { sdp } = this.session.sessionDescriptionHandler.peerConnection.remoteDescription;

    return sdp.split('\r\n').find((line) => line.startsWith(start));
  }

  async info(contentType, content) {
    return new Promise((resolve) => {
      const done = ({ message }) => resolve(message.statusCode);
      this.session.info({
        requestOptions: { body: { contentDisposition: 'render', contentType, content } },
        requestDelegate: { onAccept: done, onReject: done },
      });
    });
  }

  /** What is received now, and how long the call's steps took (ms from the call, or from its acceptance). */
  measure() {
    const { audio, video } = this.meters;
    const since = (time) => (time == null ? null : Math.round(time - this.times.begin));

    return {
      state: this.session?.state ?? null,
      audio: audio ? audio.measure() : null,
      video: video ? video.measure() : null,
      established: since(this.times[SessionState.Established]),
      peerConnected: since(this.times['peer-connected']),
      firstAudio: since(audio?.firstAt),
      firstVideo: since(video?.firstAt),
    };
  }

  get isIncoming() {
    return this.session instanceof Invitation;
  }
}

window.newPhone = async (options) => {
  window.phone = new Phone(options);
  return window.phone.start();
};
report('loaded');
