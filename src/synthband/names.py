"""Fifty made-up acts and their two hundred titles. Puns aside, no real act is meant or imitated."""

from __future__ import annotations

#: Genre to its five acts, each with four titles in the order of their track numbers.
ACTS: dict[str, dict[str, str]] = {
    "blues": {
        "Half-Step Hattie":
            "Bent Third Blues; Low Battery Moan; Rain on the Reverb Tank; Bent Third Blues",
        "Blind Cursor Brown":
            "Caps Lock Woman; Twelve Bars From Home; No Signal Shuffle; Dust in My Buffer",
        "The Turnaround Trio": "V Chord Coming; Back to the One; Slow Drag Loop; Lost My Tonic",
        "Muddy Channels":
            "Delta Encoding; Crossroads Merge; Noise Floor Boogie; Evil Little Eigenvalue",
        "Big Mama Mono": "Both My Speakers Cry; Left Side Gone; Hum in My Heart; Sixty-Cycle Blues",
    },
    "classical": {
        "The Fourier Quartet":
            "Quartet in Even Parts; Adagio for Bins; Minuet and Window; Scherzo, Aliased",
        "Camerata Nyquist":
            "Half-Rate Serenade; Suite for Folding; Andante Below the Limit; Gavotte",
        "Orchestra of the Long Decay":
            "Symphony of Tails; Nocturne for a Large Room; Chorale; Elegy",
        "The Hamming Ensemble": "Partita in Overlap; Air on a Taper; Rondo, Half Cosine; Sarabande",
        "Sinfonia Phasor":
            "Prelude in Rotation; Intermezzo; Theme and Small Variations; Canon at the Hop",
    },
    "country": {
        "Rusty Resonator":
            "My Truck Won't Compile; Gravel and Gain; Whiskey and White Noise; Fence Post Error",
        "The Oakfield Sidebands":
            "Carrier Pigeon Waltz; Two-Step Loop; Sunday Modulation; County Line Level",
        "Loretta Logarithm":
            "Base Ten Heart; He Left a Remainder; Honky-Tonk Exponent; Dear Decimal",
        "Hank Hysteresis":
            "Can't Go Back the Same Way; Lonesome Relay; Cold Solder Creek; Last Train to Ground",
        "The Prairie Oscillators":
            "Tumbleweed Tune; Barn Dance in B; Long Wave Home; Wheat and Wire",
    },
    "disco": {
        "Studio Fifty-Four Hertz":
            "Rumble on the Floor; Night Sub; Mirrorball Matrix; Dance in the Low End",
        "The Glitter Gates": "Open Hat Summer; Threshold Fever; Close at Midnight; Open Hat Summer",
        "Velvet Clipping": "Peak Love; Soft Knee Boogie; Headroom for Two; Platform Shoes",
        "Gloria Gain": "I Will Sustain; Turn Me Up; Unity Tonight; Makeup Stage",
        "Saturday Filter": "Sweep Me Off; Cutoff Point; High-Pass Hustle; Resonance City",
    },
    "hiphop": {
        "MC Quantize": "On the Grid; Sixteenth Street; Nudge Left; Snap To",
        "Boombox Theorem": "Proof by Bass; Lemma on the Corner; Q.E.D. Cypher; Axioms in the Trunk",
        "The Crate Indexers": "Dusty Pointer; Loop Invariant; Second-Hand Break; Array of Records",
        "Lil Endian": "Byte Order; Least Significant; Stack Overflow Flow; Bits in the Back",
        "Kick & Residual": "Sum of Squares; Outlier Talk; Fit Check; Heavy Tails",
    },
    "jazz": {
        "The Altered Dominants":
            "Tritone Substitute; Flat Nine Lives; Sharp Eleven; Round About Midi",
        "Thelonious Modulo":
            "Remainder Me; Well, You Needn't Divide; Wraparound; Straight, No Chaser Lights",
        "Ella Interpolation": "Between Two Points; Smooth Spline; Linear Lullaby; Cubic Mood",
        "The Brushwork Five": "Swish; Felt and Wire; Late Set; Two Feels",
        "Duke Ellipse": "Take the A Matrix; Mood Index Go; Satin Dial; Prelude to a Kernel",
    },
    "metal": {
        "Iron Waveshaper": "Fold the Signal; Hard Knee Doom; Tanh of Wrath; Number of the Byte",
        "Gradient Descent Into Hell":
            "Local Minimum; Exploding; Learning Rate of Pain; Saddle Point Sorrow",
        "Megahertz": "Rust in Pieces of Code; Overclocked; Thermal Throttle; Peak Current",
        "Black Sabbatical":
            "Paranoid Android Update; Grant Application; Into the Void Pointer; Year Off",
        "Oblivion Kernel": "Panic; Page Fault; Segment of Death; Zombie Process",
    },
    "pop": {
        "The Sine Waves": "Pure Tone Girl; Phase of My Life; Crest Factor; Zero Crossing",
        "Chorus Effect": "Hook, Line and Synth; Sing It Thrice; Key Change Kiss; Sugar Loop",
        "Ariadne Autotune": "Perfect Pitch; Snap to Me; Glide Time Zero; Formant Shift Heart",
        "Major Seventh Heaven": "Bubble Sort Gum; Weekend Vector; Call Me Callback; Neon Array",
        "Tiny Compressor": "Louder Than You; Attack, Release; Radio Edit; Sidechain Me",
    },
    "reggae": {
        "Bob Markov": "One Transition; State of Love; No Memory No Cry; Stationary Feeling",
        "The Offbeats": "Two and Four; Skank Index; Island Clock; Roots Mean Square",
        "Dub Ductor": "Tape Head Steppers; Echo Return; Spring Tank Dub; Version Control",
        "Sister Subharmonic": "Half My Frequency; Deep Water; Bassline Prayer; Morning Octave",
        "Lively Upsamplers": "Fill the Gaps; Zero-Stuffed Love; Sun in My Spectrum; Easy Filter",
    },
    "rock": {
        "The Rolling Averages":
            "Moving Window; Can't Get No Convergence; Paint It Flat; Smooth the Devil",
        "Feedback Loop": "Stand Too Close; Howl Round; Garage Impedance; Stand Too Close",
        "Fuzz Pedestal": "Nine-Volt Heart; True Bypass; Velcro Sky; Stomp",
        "Creedence Checksum":
            "Bad Parity Rising; Fortunate Bit; Down on the Data; Have You Ever Seen the Stack",
        "Stairwell to Seven": "Steps of Semitone; Landing; Black Dot; Rumble Song",
    },
}
