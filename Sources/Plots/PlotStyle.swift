/// The colours of plots and tables, light and dark: a page holds them once, a file of a plot by itself.
package enum PlotStyle {
    /// A style sheet. Colours of series differ in lightness too, so that they are told apart without hue.
    package static let css = """
        :root { color-scheme: light dark; --surface: #fcfcfb; --ink: #1a1a19; --soft: #5a5955; --grid: #e4e3df;
          --axis: #a3a29c; --s1: #2a78d6; --s2: #d9541e; --s3: #12865f; --s4: #b07800; --s5: #b8437f; --s6: #4a3aa7;
          --s7: #6b6a66; --s8: #00798c; --right: 42, 120, 214; --wrong: 217, 84, 30; }
        @media (prefers-color-scheme: dark) { :root { --surface: #1a1a19; --ink: #f3f2ee; --soft: #b5b3ac; --grid: #33322f;
          --axis: #75736d; --s1: #5b9ff0; --s2: #f0814f; --s3: #3dbf92; --s4: #e0a92e; --s5: #e884b4; --s6: #a99cf2;
          --s7: #a5a39d; --s8: #4fc0d3; --right: 72, 146, 236; --wrong: 226, 104, 56; } }
        .plot { font: 12px system-ui, sans-serif; width: 100%; height: auto; display: block; }
        .plot text { fill: var(--ink); }
        .plot .tick, .plot .note { fill: var(--soft); }
        .plot .middle { text-anchor: middle; } .plot .end { text-anchor: end; }
        .plot .ground { fill: var(--surface); }
        .plot .grid { stroke: var(--grid); } .plot .faint { stroke-opacity: .55; } .plot .axis { stroke: var(--axis); }
        .plot .reference { stroke: var(--soft); stroke-dasharray: 2 4; }
        .plot .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
        .plot .dashed { stroke-dasharray: 6 4; } .plot .dot { fill: var(--c); stroke: var(--surface); stroke-width: 1.2; }
        .plot .dot.dashed { fill: var(--surface); stroke: var(--c); stroke-width: 1.6; stroke-dasharray: none; }
        .plot .band { fill: var(--c); fill-opacity: .14; stroke: none; }
        .plot .bar { stroke: var(--c); stroke-width: 1.6; stroke-dasharray: none; }
        .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); }
        .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); } .s8 { --c: var(--s8); }
        """
}
