internal import Plots

/// The style sheet of pages: plain, of one column that holds rows of plots, without anything from elsewhere.
enum PageStyle {
    static let css =
        PlotStyle.css + """

            body { margin: 0; background: var(--surface); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
            main { max-width: 66rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
            h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.2rem 0 .3rem; }
            h2 { font-size: 1.25rem; margin: 2.6rem 0 .5rem; padding-top: .7rem; border-top: 1px solid var(--grid); }
            h3 { font-size: .95rem; margin: .4rem 0; font-weight: 600; }
            p { max-width: 46rem; margin: .5rem 0; } .lead { color: var(--soft); }
            .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
            .tile { border: 1px solid var(--grid); border-radius: .5rem; padding: .7rem .9rem; }
            .tile b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
            .tile span { display: block; font-size: .85rem; color: var(--soft); }
            figure { margin: 1rem 0 1.6rem; }
            .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem 1.6rem; }
            .panel { max-width: 34rem; min-width: 0; }
            figcaption { max-width: 46rem; font-size: .9rem; color: var(--soft); margin-top: .5rem; }
            .table { margin: 1.2rem 0; } .scroll { overflow-x: auto; }
            table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
            .caption { color: var(--soft); font-size: .9rem; margin: 0 0 .4rem; }
            th, td { padding: .22rem .6rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }
            th { font-weight: 600; } th[scope=row], th:first-child { text-align: left; }
            th[scope=row] { position: sticky; left: 0; background: var(--surface); }
            td.words { text-align: left; white-space: normal; min-width: 12rem; }
            .heat { margin: 0 0 .6rem; } .heat td, .heat th { border: 1px solid var(--surface); padding: .2rem .35rem; }
            .heat td { min-width: 1.9rem; text-align: center; } .heat .full { color: #fff; }
            .heat td.right { outline: 1.5px solid var(--axis); outline-offset: -2px; }
            .heat td.count { background: none; color: var(--soft); text-align: right; outline: none; }
            .heat td.corner { text-align: left; color: var(--soft); font-size: .8rem; vertical-align: bottom; }
            .heat thead th { vertical-align: bottom; text-align: center; }
            .many thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
            details { margin: .8rem 0; } summary { cursor: pointer; color: var(--s1); }
            code { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere; }
            ul { padding-left: 1.2rem; margin: .4rem 0; }
            @media (max-width: 40rem) { h1 { font-size: 1.4rem; } .heat { font-size: .76rem; }
              .heat td, .heat th { padding: .15rem .2rem; } .heat td { min-width: 1.5rem; } }
            @media print { details { display: block; } .scroll { overflow: visible; } }
            """
}
