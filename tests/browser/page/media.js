// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a page sends (a tone and a picture of one colour, made by the page and not by the browser's fake devices, so that a test
// says what they are) and how a page measures what it receives.

let sharedContext;

/** @returns {AudioContext} the page's only one: a browser allows few of them */
export function audioContext() {
  sharedContext ??= new AudioContext({ sampleRate: 48000, latencyHint: 'interactive' });
  return sharedContext;
}

/** A track of a sine tone. */
export function toneTrack(hz) {
  const context = audioContext();
  const oscillator = new OscillatorNode(context, { frequency: hz });
  const volume = new GainNode(context, { gain: 0.5 });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });

  oscillator.connect(volume).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0];
}

/** A track of a picture of one colour ([red, green, blue]). */
export function colourTrack(rgb, width = 320, height = 240, rate = 15) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pencil = canvas.getContext('2d');
  const draw = () => {
    pencil.fillStyle = `rgb(${rgb.join(' ')})`;
    pencil.fillRect(0, 0, width, height);
  };

  draw();
  const [track] = canvas.captureStream(rate).getVideoTracks();
  // A canvas that nobody draws on gives no frames.
  const timer = setInterval(() => (track.readyState === 'live' ? draw() : clearInterval(timer)), 1000 / rate);
  return track;
}

/** Measures one received audio track. */
export class ToneMeter {
  constructor(track) {
    const context = audioContext();
    const stream = new MediaStream([track]);

    // Chromium decodes a remote track only while a media element plays it; the analyser alone sees silence.
    this.element = Object.assign(new Audio(), { srcObject: stream, muted: true });
    this.element.play().catch(() => {});
    this.analyser = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
    this.source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    this.source.connect(this.analyser);
    this.spectrum = new Float32Array(this.analyser.frequencyBinCount);
    this.samples = new Float32Array(this.analyser.fftSize);
    this.firstAt = null;
    this.timer = setInterval(() => this.#look(), 10);
  }

  #look() {
    if (this.rms(512) > 0.01) {
      this.firstAt = performance.now();
      clearInterval(this.timer);
    }
  }

  /** The loudness (root mean square) of the last samples. */
  rms(count = this.samples.length) {
    this.analyser.getFloatTimeDomainData(this.samples);
    const last = this.samples.subarray(this.samples.length - count);
    return Math.sqrt(last.reduce((sum, sample) => sum + sample * sample, 0) / count);
  }

  /** The loudest frequency, between the FFT's bins by a parabola through the peak and its neighbours. */
  measure() {
    this.analyser.getFloatFrequencyData(this.spectrum);
    let peak = 1;
    for (let i = 2; i < this.spectrum.length - 1; i++) {
      if (this.spectrum[i] > this.spectrum[peak]) {
        peak = i;
      }
    }

    const [left, top, right] = this.spectrum.subarray(peak - 1, peak + 2);
    const bend = left - 2 * top + right;
    const shift = Number.isFinite(bend) && bend !== 0 ? (0.5 * (left - right)) / bend : 0;
    const hz = ((peak + shift) * audioContext().sampleRate) / this.analyser.fftSize;
    return { hz, level: this.rms() };
  }

  close() {
    clearInterval(this.timer);
    this.source.disconnect();
    this.element.srcObject = null;
  }
}

/** Measures one received video track. */
export class ColourMeter {
  constructor(track) {
    this.video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
    this.canvas = new OffscreenCanvas(16, 16);
    this.pencil = this.canvas.getContext('2d', { willReadFrequently: true });
    this.firstAt = null;
    this.frames = 0;
    const count = () => {
      this.firstAt ??= performance.now();
      this.frames += 1;
      this.video.requestVideoFrameCallback(count);
    };
    this.video.requestVideoFrameCallback(count);
    this.video.play().catch(() => {});
    document.body.append(this.video);
  }

  /** The mean colour of the picture's middle, and its size. */
  measure() {
    const { videoWidth: width, videoHeight: height } = this.video;

    if (this.frames === 0 || width === 0) {
      return { rgb: null, width, height, frames: this.frames };
    }
    this.pencil.drawImage(this.video, width / 4, height / 4, width / 2, height / 2, 0, 0, 16, 16);
    const { data } = this.pencil.getImageData(0, 0, 16, 16);
    const rgb = [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let i = channel; i < data.length; i += 4) {
        sum += data[i];
      }
      return Math.round(sum / 256);
    });
    return { rgb, width, height, frames: this.frames };
  }

  close() {
    this.video.srcObject = null;
    this.video.remove();
  }
}
