<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>SarCloudRemoval</name>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Adapt network to scene</source>
            <translation>使网络适应场景</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Fine-tunes a network on your own layers where they are clear, for use in Remove clouds.</source>
            <translation>在您自己图层的无云部分上微调网络，供“云去除”使用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>adapt</source>
            <translation>适应</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>A network that was trained elsewhere does not know your land, its season and how your data were processed. This lays made-up clouds over clear parts of your own layers and lets the network learn to take them away: over the clear parts of the cloudy layer, and over clear dates of the same place, which help most. The weights that it writes are chosen in Remove clouds as «Own weights».</source>
            <translation>在别处训练的网络不了解您的地区、季节以及数据的处理方式。本算法在您自己图层的无云部分上叠加合成云，让网络学习将其去除：既利用有云图层中的无云部分，也利用同一地点的无云日期，后者帮助最大。所写出的权重可在“云去除”的“自有权重”中选用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>It is scored on clear pixels and dates that it does not learn from. Where that does not get better, the given weights are written as they are, and the log says so. Use the result for this place only.</source>
            <translation>评分所用的是未参与学习的无云像素和日期。若评分没有提高，则原样写出所给的权重，并在日志中说明。结果只适用于该地点。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>The weights to start from; default takes the first of those that ship.</source>
            <translation>作为起点的权重；default 取随插件提供的第一个。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>How long to train at most. It ends earlier when it gets no better.</source>
            <translation>最长训练时间。若不再提高，则提前结束。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Another number draws other windows and other clouds.</source>
            <translation>换一个数即抽取另外的窗口和云。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Adapted weights</source>
            <translation>适应后的权重</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>A .safetensors file for «Own weights» of Remove clouds.</source>
            <translation>供“云去除”的“自有权重”使用的 .safetensors 文件。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>PSNR before in dB</source>
            <translation>适应前的 PSNR（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>PSNR after in dB</source>
            <translation>适应后的 PSNR（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Whether it helped</source>
            <translation>是否有帮助</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>What became of it</source>
            <translation>结果说明</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Seconds that it took</source>
            <translation>耗时（秒）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Device that computed</source>
            <translation>所用的计算设备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>What is clear in it is learnt from.</source>
            <translation>其中无云的部分用于学习。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>Cloud mask</source>
            <translation>云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>A one-band raster that is 0 where the cloudy layer is clear. Without a mask, what is surely clear is looked for: no haze, no shadow, a distance from clouds.</source>
            <translation>单波段栅格，有云图层中无云处为 0。若无掩膜，则自行寻找确定无云之处：没有霾，没有阴影，并与云保持距离。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Sentinel-2 layers of the same place on clear days, best of the same season. From three on, one is withheld as a whole to score by.</source>
            <translation>同一地点晴天的 Sentinel-2 图层，最好是同一季节。达到三个时，整个留出其中一个用于评分。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>One for each clear date, in the same order. Nothing: the Sentinel-1 layer above is taken for all of them.</source>
            <translation>每个无云日期一个，顺序相同。留空：全部使用上面的 Sentinel-1 图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/optical_algorithm.py"></location>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Region</source>
            <translation>区域</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>The part of the Sentinel-2 layer that is learnt from; nothing for all of it.</source>
            <translation>用于学习的 Sentinel-2 图层部分；留空表示整个图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Minutes</source>
            <translation>分钟</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Assess reconstruction</source>
            <translation>重建评估</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Compares a reconstructed image with a clear date: PSNR, SSIM, MAE, SAM, an error map and a report.</source>
            <translation>将重建的图像与无云日期比较：PSNR、SSIM、MAE、SAM、误差图和报告。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>accuracy</source>
            <translation>精度</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>report</source>
            <translation>报告</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Compares a reconstructed image with a clear Sentinel-2 image of the same place, and the cloudy input with it too, so that the gain is seen: overall, by band, by cloud cover and by kind of pixel. The report shows the images side by side, with charts, and opens in the results viewer.</source>
            <translation>将重建的图像与同一地点的无云 Sentinel-2 图像比较，并将有云输入也与之比较，从而看出提高：总体、按波段、按云覆盖率和按像素类型。报告将各图像并排显示，附有图表，并在结果查看器中打开。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>A clear image is of another date: what grew, was harvested or flooded in between counts as error, though no reconstruction could know it. Take a date as near as possible, of the same season.</source>
            <translation>无云图像属于另一日期：其间的生长、收割或淹没都计为误差，尽管任何重建都无从得知。请选用尽可能接近、季节相同的日期。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>PSNR in dB</source>
            <translation>峰值信噪比 PSNR（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>SSIM × 100</source>
            <translation>结构相似性 SSIM × 100</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>MAE × 100</source>
            <translation>平均绝对误差 MAE × 100</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>SAM in degrees</source>
            <translation>光谱角 SAM（度）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>RMSE × 100</source>
            <translation>均方根误差 RMSE × 100</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>PSNR of the cloudy input in dB</source>
            <translation>有云输入的 PSNR（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Gain of PSNR in dB</source>
            <translation>PSNR 的提高（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Number of pixels compared</source>
            <translation>所比较的像素数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Reconstructed image</source>
            <translation>重建图像</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Sentinel-2, as Remove clouds makes it, or any other program. All else is laid on its pixels.</source>
            <translation>由“云去除”或任何其他程序生成的 Sentinel-2 图像。其他图层均对齐到它的像素。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Reference (clear Sentinel-2 image)</source>
            <translation>参考（无云的 Sentinel-2 图像）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>The same place on a clear day. Bands are matched by their names; where its pixels lie elsewhere, it is interpolated.</source>
            <translation>同一地点无云之日的图像。波段按名称对应；若像素位置不同，则加以插值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <source>Cloudy input</source>
            <translation>有云输入</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>The image from which the clouds were removed, to see what was gained, and where the clouds were.</source>
            <translation>去云之前的图像，用以看出提高了多少，以及何处有云。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>A one-band raster that is 0 where it was clear: gives figures inside and outside of it.</source>
            <translation>单波段栅格，无云处为 0：分别给出掩膜之内和之外的指标。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <source>Changed pixels</source>
            <translation>改变的像素</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>As Remove clouds makes them: gives figures of what was reconstructed and of what was kept.</source>
            <translation>由“云去除”生成：分别给出重建部分和保留部分的指标。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Sentinel-1 layer (VV and VH)</source>
            <translation>Sentinel-1 图层（VV 和 VH）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Shown in the report beside the images; no figure depends on it.</source>
            <translation>在报告中与各图像并列显示；任何指标都不依赖于它。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Only for the reference, where it differs from that of the reconstructed image.</source>
            <translation>仅用于参考图像，当其与重建图像不同时填写。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Bands of the reference</source>
            <translation>参考图像的波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Scale of the reference</source>
            <translation>参考图像的比例</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Offset of the reference</source>
            <translation>参考图像的偏移</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Error map</source>
            <translation>误差图</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Band 1: the difference of reflectance, mean of the bands. Band 2: the angle between the spectra in degrees.</source>
            <translation>波段 1：反射率之差，各波段的平均。波段 2：光谱之间的夹角（度）。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Assessment report</source>
            <translation>评估报告</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../resources/models/folder_clouds_removed.model3"></location>
            <source>Report</source>
            <translation>报告</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>One HTML file with figures, pictures and charts in it; it can be sent on and printed.</source>
            <translation>一个 HTML 文件，内含指标、图片和图表；可以转发和打印。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Table of figures</source>
            <translation>指标表</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Table</source>
            <translation>表格</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>All figures as CSV, a line for each image in each part of it.</source>
            <translation>CSV 格式的全部指标，每幅图像的每一部分为一行。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Everything as JSON</source>
            <translation>全部内容（JSON）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>All figures, and what was found out about the layers, for other programs.</source>
            <translation>全部指标以及对图层的判断，供其他程序使用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <source>Reference</source>
            <translation>参考</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>it is the reconstructed image, which would be compared with itself</source>
            <translation>它就是重建图像，会变成与自身比较</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>{} — error</source>
            <translation>{} — 误差</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>Assessment report: {path}</source>
            <translation>评估报告：{path}</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/assess_reconstruction.py"></location>
            <source>{title}: PSNR {psnr} dB, SSIM {ssim}, MAE {mae}, SAM {sam}°</source>
            <translation>{title}：PSNR {psnr} dB，SSIM {ssim}，MAE {mae}，SAM {sam}°</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/base.py"></location>
            <source>there are {known}</source>
            <translation>可选的有 {known}</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/base.py"></location>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s2.py"></location>
            <source>it has to be a number</source>
            <extracomment>phrase</extracomment>
            <translation>必须是数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/base.py"></location>
            <source>it has to be a number from {low:g} to {high:g}</source>
            <translation>必须是 {low:g} 到 {high:g} 之间的数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/base.py"></location>
            <source>it has to be a number of at least {low:g}</source>
            <translation>必须是不小于 {low:g} 的数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>normal</source>
            <translation>普通</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>best (up to eight times slower)</source>
            <translation>最佳（耗时最多为八倍）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>automatic (a GPU if there is one)</source>
            <translation>自动（有 GPU 则使用）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>NVIDIA GPU (cuda)</source>
            <translation>NVIDIA GPU（cuda）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>Apple GPU (mps)</source>
            <translation>Apple GPU（mps）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>CPU</source>
            <translation>CPU</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>full (float32)</source>
            <translation>全精度（float32）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>half (bfloat16)</source>
            <translation>半精度（bfloat16）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>decibel (dB)</source>
            <translation>分贝（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <location filename="../model/bands.py"></location>
            <source>linear power</source>
            <extracomment>phrase</extracomment>
            <translation>线性功率</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>amplitude</source>
            <translation>振幅</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>by the cloud mask if one is chosen, else by detecting the clouds</source>
            <translation>选了云掩膜则按云掩膜，否则先检测云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>by the cloud mask</source>
            <translation>按云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>by detecting the clouds first</source>
            <translation>先检测云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>as the network decides</source>
            <translation>由网络决定</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>by a scene's cloud mask, else by detecting the clouds</source>
            <translation>按该景的云掩膜，没有则先检测云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>by a scene's cloud mask, else as the network decides</source>
            <translation>按该景的云掩膜，没有则由网络决定</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>cloud where it is not 0</source>
            <translation>非 0 处为云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>clear where it is not 0</source>
            <translation>非 0 处无云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>classes of Detect clouds and shadows</source>
            <translation>“云和阴影检测”的类别</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>scene classification of Level-2A (SCL)</source>
            <translation>Level-2A 的场景分类（SCL）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>cloud bits of Earth Engine (QA60)</source>
            <translation>Earth Engine 的云标志位（QA60）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>Fmask</source>
            <translation>Fmask 类别</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>cloud probability</source>
            <translation>云概率</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>Cloud Score+ (1 is clear)</source>
            <translation>Cloud Score+（1 为无云）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>cloud and cirrus of Level-1C (MSK_CLASSI)</source>
            <translation>Level-1C 的云和卷云（MSK_CLASSI）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>automatic (csmask if it is installed)</source>
            <translation>自动（已安装 csmask 则使用）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>spectral rule</source>
            <translation>光谱规则</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>neural network csmask</source>
            <translation>神经网络 csmask</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>the product's own band</source>
            <translation>产品自带的波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>cloud probability in percent</source>
            <translation>云概率（百分比）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>of the scene's own clear ground, where it is known</source>
            <translation>取自本景的晴空地面（已知晴空处时）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>as the network was trained</source>
            <translation>与网络训练时相同</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>heaps (cumulus)</source>
            <translation>积云（cumulus）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>haze</source>
            <translation>薄霾</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>high streaks (cirrus)</source>
            <translation>高空条带（cirrus）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>refined Lee</source>
            <translation>精细 Lee</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>bilinear</source>
            <translation>双线性</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>nearest neighbour</source>
            <translation>最近邻</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/choices.py"></location>
            <source>cubic</source>
            <translation>三次卷积</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Detect clouds and shadows</source>
            <translation>云和阴影检测</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Finds clouds, thin clouds and the shadows of clouds in a Sentinel-2 layer.</source>
            <translation>在 Sentinel-2 图层中寻找云、薄云和云的阴影。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <location filename="../model/provenance.py"></location>
            <source>cloud mask</source>
            <extracomment>phrase</extracomment>
            <translation>云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Finds clouds and their shadows in a Sentinel-2 layer. The result has one band on the grid of the layer: 0 clear, 1 cloud, 2 shadow, 3 thin cloud. It works as the cloud mask of Remove clouds.</source>
            <translation>在 Sentinel-2 图层中寻找云及其阴影。结果为一个波段，采用该图层的格网：0 无云，1 云，2 阴影，3 薄云。它可用作“云去除”的云掩膜。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>No method is always right: bright roofs, sand and snow may pass for cloud, and dark fields for shadow. Look at the result before you rely on it.</source>
            <translation>没有一种方法总是正确：明亮的屋顶、沙地和积雪可能被当成云，暗色的田块可能被当成阴影。使用结果之前请先查看。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Sentinel-2 layer</source>
            <translation>Sentinel-2 图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>The result lies on this layer's grid.</source>
            <translation>结果采用此图层的格网。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <source>Clouds and shadows</source>
            <translation>云和阴影</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>GeoTIFF of whole numbers: 0 clear, 1 cloud, 2 shadow, 3 thin cloud, 255 nodata.</source>
            <translation>整数 GeoTIFF：0 无云，1 云，2 阴影，3 薄云，255 无数据值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Cloud in percent</source>
            <translation>云（%）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Thin cloud in percent</source>
            <translation>薄云（%）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Shadow in percent</source>
            <translation>阴影（%）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Layer with the product's own band</source>
            <translation>含产品自带波段的图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Automatic: csmask where its package is in the compute environment, else the spectral rule. Spectral rule: how much brighter in blue than clear ground of the same scene, cirrus by B10, and dark pixels near clouds. Csmask: the network of ukis-csmask, where that package is in the compute environment. The product's own band: what the product says itself, in the layer that is chosen among the advanced parameters.</source>
            <translation>自动：计算环境中有 csmask 软件包时用它，否则用光谱规则。光谱规则：蓝光比同一场景的无云地面亮多少、由 B10 识别的卷云，以及云附近的暗像素。csmask：ukis-csmask 的网络，须在计算环境中有该软件包。产品自带的波段：产品自身的说明，在高级参数所选的图层中。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Grow clouds and shadows by, in pixels</source>
            <translation>云和阴影的扩大宽度（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Clouds are thin at their edges; more is safer.</source>
            <translation>云的边缘较薄；数值越大越稳妥。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>For the method «the product's own band», on any grid: the layer with the scene classification or with cloud bits.</source>
            <translation>用于方法“产品自带的波段”，格网不限：含场景分类或云标志位的图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>What that band holds</source>
            <translation>该波段的内容</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Of QA60, bits 10 and 11 are looked at. MSK_CLASSI has two bands, for cloud and for cirrus.</source>
            <translation>对 QA60 查看第 10 和第 11 位。MSK_CLASSI 有两个波段，分别为云和卷云。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Number of that band</source>
            <translation>该波段的编号</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Counted from 1, if the layer has several.</source>
            <translation>从 1 起计，用于图层有多个波段时。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Product level</source>
            <translation>产品级别</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>Level-1C is above the atmosphere, Level-2A on the ground. Automatic: Level-1C if there is a band B10.</source>
            <translation>Level-1C 为大气层顶，Level-2A 为地面。自动：有 B10 波段则为 Level-1C。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>choose the layer with that band too, among the advanced parameters</source>
            <translation>请在高级参数中同时选择含该波段的图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/detect_clouds.py"></location>
            <source>{} — clouds and shadows</source>
            <translation>{} — 云和阴影</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/optical_algorithm.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>The original bands, 10 to 13 of them (L1C or L2A), as reflectance or as digital numbers. At least B2, B3, B4, B8, B11 and B12 have to be there.</source>
            <translation>原始波段，共 10 至 13 个（L1C 或 L2A），为反射率或数字量化值（DN）。至少须有 B2、B3、B4、B8、B11 和 B12。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/optical_algorithm.py"></location>
            <source>The part of the Sentinel-2 layer that is computed; nothing for all of it.</source>
            <translation>要计算的 Sentinel-2 图层部分；留空表示整个图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Prepare Sentinel-1</source>
            <translation>准备 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Turns Sentinel-1 VV and VH into one raster in decibel, on the grid of Sentinel-2 if wanted.</source>
            <translation>将 Sentinel-1 的 VV 和 VH 制成一个以分贝为单位的栅格，可按需采用 Sentinel-2 的格网。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>prepare</source>
            <translation>准备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Takes calibrated Sentinel-1 backscatter (GRD; sigma0 or gamma0), VV and VH in one layer or in two, in decibel, as power or as amplitude, and makes one raster with both in decibel.</source>
            <translation>取经定标的 Sentinel-1 后向散射（GRD；sigma0 或 gamma0），VV 和 VH 位于一个或两个图层，单位为分贝、功率或振幅，制成一个以分贝为单位、两者兼有的栅格。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Remove clouds takes such layers as they are; this is for layers that are in two files, are to lie on the Sentinel-2 grid, or are to be filtered. The network was trained on radar without a speckle filter.</source>
            <translation>“云去除”可直接使用这样的图层；本算法用于分处两个文件、须与 Sentinel-2 格网对齐或需要滤波的图层。网络是用未经斑点滤波的雷达数据训练的。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Number of looks</source>
            <translation>视数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Sentinel-1 layer (VV and VH, or one of them)</source>
            <translation>Sentinel-1 图层（VV 和 VH，或其中之一）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Not SLC. One that only ground control points place is warped by these.</source>
            <translation>不能是 SLC。仅由地面控制点定位的图层，会据此进行几何校正。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>The other polarisation</source>
            <translation>另一个极化</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Where VV and VH are separate layers; which is which is found by their names.</source>
            <translation>用于 VV 和 VH 为单独图层时；孰为 VV、孰为 VH 按名称识别。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Sentinel-2 layer with the grid</source>
            <translation>提供格网的 Sentinel-2 图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>The result lies pixel on pixel on this layer. Empty: the radar's own pixels are kept.</source>
            <translation>结果与此图层逐像素对齐。留空：保留雷达自身的像素。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Speckle filter</source>
            <translation>斑点滤波器</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Lee takes local means where the ground is even (Lee 1980); refined Lee does so along edges and keeps them sharp (Lee 1981, 7 × 7 pixels). It is run on the radar's own pixels, in power, before anything is interpolated.</source>
            <translation>Lee 在地面均匀处取局部均值（Lee 1980）；精细 Lee 沿边缘取均值并保持边缘清晰（Lee 1981，7 × 7 像素）。滤波在任何插值之前，于雷达自身的像素上以功率进行。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>Window of the Lee filter in pixels</source>
            <translation>Lee 滤波器的窗口（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>An odd number; more is smoother.</source>
            <translation>须为奇数；越大越平滑。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>How strong the speckle is: mean² / variance of the power over even ground; 4.4 for GRD of IW.</source>
            <translation>斑点噪声的强度：均匀地面上功率的均值² / 方差；IW 模式的 GRD 为 4.4。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Sentinel-1 in dB</source>
            <translation>Sentinel-1 图像（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>GeoTIFF with the bands VV and VH in decibel, 32 bit floating point, nodata where there is none.</source>
            <translation>GeoTIFF，含 VV 和 VH 波段，单位为分贝，32 位浮点，没有数值处为无数据值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>it is for one layer that holds both polarisations</source>
            <translation>它适用于同时含有两个极化的单个图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-1 VV band</source>
            <translation>Sentinel-1 VV 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>it has to be an odd number</source>
            <translation>必须是奇数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>{} — VV, VH in dB</source>
            <translation>{} — VV、VH（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel1.py"></location>
            <source>{width} × {height} pixels, {share:.1f} % of them with a value, {seconds:.1f} s</source>
            <translation>{width} × {height} 像素，其中 {share:.1f} % 有数值，{seconds:.1f} 秒</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Prepare Sentinel-2</source>
            <translation>准备 Sentinel-2</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Puts a Sentinel-2 product, or bands in separate files, together as one raster of 10 m.</source>
            <translation>将 Sentinel-2 产品或单独文件中的波段合成为一个 10 m 的栅格。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Takes a Sentinel-2 product as it was downloaded (Level-1C or Level-2A, a .SAFE folder or its .zip), or the bands as separate layers, and makes one raster with all bands on the 10 m grid, as Remove clouds needs it.</source>
            <translation>取下载的 Sentinel-2 产品（Level-1C 或 Level-2A，.SAFE 文件夹或其 .zip）或作为单独图层的波段，制成一个栅格，所有波段位于 10 m 格网上，正是“云去除”所需要的。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>The numbers stay those of the product. Scale and offset, which differ by processing baseline, are read from its metadata and written into the raster, so that QGIS shows reflectance.</source>
            <translation>数值保持产品原样。比例和偏移因处理基线而异，由产品的元数据读出并写入栅格，使 QGIS 显示反射率。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>What it is</source>
            <translation>名称说明</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Product (.zip, or MTD_MSI….xml in it)</source>
            <translation>产品（.zip，或其中的 MTD_MSI….xml）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Sentinel-2 products</source>
            <translation>Sentinel-2 产品</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>All files</source>
            <translation>所有文件</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>The .zip as it was downloaded, which is not unpacked, or the metadata file in the folder.</source>
            <translation>下载的 .zip，无需解压；或文件夹中的元数据文件。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>or product folder (.SAFE)</source>
            <translation>或产品文件夹（.SAFE）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Instead of the file: the folder of a product.</source>
            <translation>代替文件：产品的文件夹。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>or separate bands</source>
            <translation>或单独的波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Instead of a product: layers with one or more bands each, in any order. Which band is which is found by description, by file name (…_B8A_20m.jp2) or by the layer's name.</source>
            <translation>代替产品：各含一个或多个波段的图层，顺序不限。波段按描述、文件名（…_B8A_20m.jp2）或图层名称识别。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>The part that is prepared; nothing for all of it.</source>
            <translation>要准备的部分；留空表示全部。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Resampling of the 20 m and 60 m bands</source>
            <translation>20 m 和 60 m 波段的重采样</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Bilinear makes no steps that the network could take for edges, and no numbers that were not between those measured; nearest neighbour keeps the numbers and shows the large pixels; cubic is sharper and overshoots at edges.</source>
            <translation>双线性不产生会被网络当作边缘的阶梯，也不产生测量值范围之外的数值；最近邻保留数值，显出大像素；三次卷积更锐利，但在边缘处会过冲。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Virtual raster (refers to the files instead of copying them)</source>
            <translation>虚拟栅格（引用文件而不复制）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Made at once and takes no room, but is slower to read, and breaks when the product is moved. The result ends in .vrt then; a name in .vrt means the same.</source>
            <translation>立即生成，不占空间，但读取较慢，产品被移动后失效。结果以 .vrt 结尾；以 .vrt 结尾的文件名作用相同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Names of the separate bands</source>
            <translation>单独波段的名称</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>One for each band of all chosen layers in their order, such as B2,B3,B4,B8, with - for a band to leave out. Empty: found.</source>
            <translation>按所选图层的顺序，为每个波段给出一个名称，例如 B2,B3,B4,B8；要舍去的波段写 -。留空：自动识别。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Offset</source>
            <translation>偏移</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Reflectance is (value + offset) / 10000: -1000 or 0. Empty: as the product's metadata say.</source>
            <translation>反射率 =（数值 + 偏移）/ 10000：-1000 或 0。留空：按产品的元数据。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Sentinel-2, 10 m</source>
            <translation>Sentinel-2 图像，10 m</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>All bands in the order B1 to B12 (13 of Level-1C, 12 of Level-2A), on the 10 m grid, nodata 0.</source>
            <translation>所有波段，顺序为 B1 至 B12（Level-1C 为 13 个，Level-2A 为 12 个），位于 10 m 格网上，无数据值为 0。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Cloud mask of the product</source>
            <translation>产品自带的云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>1 where the product itself says cloud, cirrus or cloud shadow (SCL 3, 8, 9, 10; MSK_CLASSI, MSK_CLOUDS or QA60: no shadows), 0 elsewhere: a cloud mask for Remove clouds.</source>
            <translation>产品自身标为云、卷云或云阴影处为 1（SCL 3、8、9、10；MSK_CLASSI、MSK_CLOUDS 或 QA60 没有阴影），其他处为 0：可用作“云去除”的云掩膜。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>choose one of the three: a product file, a product folder, or separate bands</source>
            <translation>请三者选一：产品文件、产品文件夹或单独的波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>nothing</source>
            <translation>无</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>Product</source>
            <translation>产品</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>it names {named} bands, and the layers have {count}</source>
            <translation>它列出了 {named} 个波段，而图层共有 {count} 个</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>{} — cloud mask</source>
            <translation>{} — 云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/prepare_sentinel2.py"></location>
            <source>{bands} bands, {width} × {height} pixels, {seconds:.1f} s</source>
            <translation>{bands} 个波段，{width} × {height} 像素，{seconds:.1f} 秒</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>The weights that reconstruct; default takes the first of those that ship.</source>
            <translation>用于重建的权重；default 取随插件提供的第一个。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Quality</source>
            <translation>质量</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Best shows the network each tile in eight orientations, flipped and turned, and takes the mean of the eight answers. That is hardly nearer to the truth.</source>
            <translation>最佳：将每个分块以翻转和旋转的八种方向输入网络，取八个答案的平均。这并不会明显更接近真值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Tile size in pixels</source>
            <translation>分块大小（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Ground that no light comes from is drawn as such an image shows it: Level-1C through the atmosphere, Level-2A without it. Automatic: Level-1C where there is the cirrus band B10.</source>
            <translation>没有光线透出的地面，按该级别影像的样子绘制：Level-1C 带有大气影响，Level-2A 则没有。自动：有卷云波段 B10 时按 Level-1C。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Colours of hidden ground</source>
            <translation>被遮挡地面的颜色</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Under closed cloud the radar and clear dates tell the colour. What they mean is learnt anew from the clear ground of the image, so that it is the ground of this day and land; the less of it is clear, the more counts what the network was trained with. Or only that.</source>
            <translation>在密云之下，颜色由雷达和无云日期推断。它们与颜色的关系从本图像的无云地面重新学习，因此得到的是当天当地的地面；无云地面越少，网络训练所得就越重要。也可以只用后者。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Empty: the size that the network was trained with. A larger one needs more memory.</source>
            <translation>留空：网络训练时所用的大小。更大的分块需要更多内存。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Overlap of tiles in pixels</source>
            <translation>分块重叠（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>How much neighbouring tiles share and blend. Empty: a quarter of a tile.</source>
            <translation>相邻分块共有并加以融合的宽度。留空：分块的四分之一。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Tiles computed at once</source>
            <translation>同时计算的分块数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Empty: what suits the device. It is lowered by itself when memory runs out.</source>
            <translation>留空：取适合设备的数目。内存不足时自动减少。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Precision</source>
            <translation>精度</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Half is faster on recent GPUs; automatic uses it where it pays.</source>
            <translation>半精度在新近的 GPU 上更快；自动仅在有益时使用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Feather in pixels</source>
            <translation>羽化宽度（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Width of the blend between clear ground and thin cloud or shadow. Opaque cloud has no blend.</source>
            <translation>无云地面与薄云或阴影之间过渡带的宽度。不透明的云没有过渡带。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <location filename="../model/earlier_results.py"></location>
            <source>Cloud mask kind</source>
            <extracomment>phrase</extracomment>
            <translation>云掩膜类型</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>What the values of the cloud mask mean. Automatic goes by the layer's name, and then by its values.</source>
            <translation>云掩膜数值的含义。自动：先按图层名称，再按其数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Detection of clouds</source>
            <translation>云检测方法</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>How clouds are looked for, where clear pixels are kept by that. See Detect clouds and shadows.</source>
            <translation>据此保留无云像素时，寻找云的方法。参见“云和阴影检测”。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Grow detected clouds by, in pixels</source>
            <translation>所检测的云的扩大宽度（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>Clouds are thin at their edges: more pixels around them are reconstructed as well.</source>
            <translation>云的边缘较薄：其周围更多的像素也会重建。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/reconstruction_algorithm.py"></location>
            <source>it has to be less than a tile</source>
            <translation>必须小于分块</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Remove clouds</source>
            <translation>云去除</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Reconstructs the surface under the clouds of a Sentinel-2 layer with the help of Sentinel-1.</source>
            <translation>借助 Sentinel-1 重建 Sentinel-2 图层云下的地表。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>cloud removal</source>
            <translation>云去除</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Takes a cloudy Sentinel-2 layer and a Sentinel-1 layer of the same place, and reconstructs the surface under the clouds. The result has the grid, the bands and the scale of the Sentinel-2 layer and is drawn like it. A second layer shows where the network listened to the radar.</source>
            <translation>取同一地点的有云 Sentinel-2 图层和 Sentinel-1 图层，重建云下的地表。结果的格网、波段和比例与 Sentinel-2 图层相同，并以相同方式绘制。另一个图层显示网络在何处关注了雷达。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>If you have an earlier clear image of the place, add it under «Clear dates»: what is under closed cloud then gets its fields and roads, in the colours of today.</source>
            <translation>如果您有该地较早的无云图像，请在“无云日期”中加入：密云之下便会得到它的田块和道路，颜色则是今天的。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The dates should be close together, at best within a few days. What is under thick cloud is an estimate: good for looking and for filling gaps, not a measurement.</source>
            <translation>两者的日期应当接近，最好相隔不过数天。厚云之下的内容是估计：适于查看和填补空缺，并非测量值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Cloud cover in percent; with a mask or a detection, what that marks, shadows too</source>
            <translation>云覆盖率（百分比）；使用掩膜或云检测时为其所标出的部分，包括阴影</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Earlier or later Sentinel-2 layers of the same place that are clear, or nearly so, up to twelve: on any grid, of any level. Their own clouds are detected, they are registered, and one that does not help is left out. With one of them the Sentinel-1 layer above may be left out.</source>
            <translation>同一地点较早或较晚的、无云或几乎无云的 Sentinel-2 图层，最多十二个，格网和级别不限。程序会检测它们自身的云并进行配准，没有帮助的会被舍去。有了其中之一，上面的 Sentinel-1 图层便可不选。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>One for each clear date, in the same order, or none: it tells where the ground has changed since.</source>
            <translation>每个无云日期一个，顺序相同，或者都不选：它说明此后哪里的地面发生了变化。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>What it calls clear stays exactly as it is, and what it calls cloud never shows in the result. It may be 0 and 1, or come with a product (SCL, QA60, Fmask, a probability): see «Cloud mask kind».</source>
            <translation>掩膜中的无云处原样不变，其中的云绝不会出现在结果里。掩膜可以是 0 和 1，也可以是产品自带的（SCL、QA60、Fmask、云概率）：见“云掩膜类型”。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Keep clear pixels</source>
            <translation>保留无云像素</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>With a cloud mask, what that says is clear stays as it is. Without one clouds and shadows are detected, and what both the detection and the network take for clear stays as it is. «As the network decides» leaves the detection out; the network then changes every pixel a little.</source>
            <translation>有云掩膜时，掩膜中的无云处原样不变。没有掩膜时先检测云和阴影，检测和网络都认为无云之处原样不变。“由网络决定”不做检测，此时网络会对每个像素略作改动。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The part of the Sentinel-2 layer that is computed. Leave it empty for all of it.</source>
            <translation>所计算的 Sentinel-2 图层部分。留空则计算全部。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Clouds removed</source>
            <translation>去云图像</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>GeoTIFF with the bands, the grid, the data type and the scale of the Sentinel-2 layer.</source>
            <translation>GeoTIFF，其波段、格网、数据类型和比例与 Sentinel-2 图层相同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>SAR attention</source>
            <translation>SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Band 1: how far the radar was let through (gate). Band 2: how much attention the place received. It is coloured by rank: where the numbers of the legend hardly differ, nor does the map. What the radar changed is the SAR influence.</source>
            <translation>波段 1：雷达被放行的程度（门控）。波段 2：该处得到多少注意力。着色按名次：若图例中的数值几乎相同，则整幅图也几乎没有差别。雷达改变了什么，见 SAR 影响。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>1 where a pixel was reconstructed, 0 where it was kept.</source>
            <translation>像素被重建处为 1，被保留处为 0。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <source>Source</source>
            <translation>来源</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Where each pixel is from: kept, corrected through thin cloud, a clear date, a fit to the clear ground of the image itself, or only what the network expects by the radar.</source>
            <translation>每个像素来自哪里：保留、透过薄云校正、无云日期、对本图像无云地面的拟合，或者只是网络根据雷达的推断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <source>Expected error</source>
            <translation>预期误差</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>How wrong a reconstructed pixel is likely to be, in reflectance: the root mean square over the bands, learnt from clear ground of the image that was withheld; 0 where a pixel was kept.</source>
            <translation>重建像素可能的误差（反射率）：各波段的均方根，由留出的无云地面学得；保留的像素处为 0。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>SAR influence</source>
            <translation>SAR 影响</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>How much the result changes when the radar is taken away: the difference of reflectance, mean of the bands; 0 where a pixel was kept. It takes twice as long. It says where the radar mattered to the network, and not whether it was right there; the attention alone does not even say that.</source>
            <translation>去掉雷达后结果改变多少：反射率之差，各波段的平均；保留的像素处为 0。用时加倍。它表示雷达在何处对网络起了作用，而不表示在该处是否正确；仅凭注意力连这一点也看不出。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{count} at most are used; leave out those that are furthest in time</source>
            <translation>最多使用 {count} 个；请去掉时间上最远的</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Clear dates</source>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>choose one, or a clear date of the same place</source>
            <translation>请选择一个，或选择同一地点的无云日期</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../model/reconstruct.py"></location>
            <source>no cloud mask is chosen; choose one, or another value</source>
            <extracomment>phrase</extracomment>
            <translation>没有选择云掩膜；请选择一个，或改用其他值</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>a cloud mask is chosen too; leave it out, or choose «by the cloud mask»</source>
            <translation>还选择了云掩膜；请去掉它，或选择“按云掩膜”</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <location filename="../plugin/folder_layers.py"></location>
            <source>{} — clouds removed</source>
            <translation>{} — 去云图像</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — SAR attention</source>
            <translation>{} — SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — changed pixels</source>
            <translation>{} — 改变的像素</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — source</source>
            <translation>{} — 来源</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — expected error</source>
            <translation>{} — 预期误差</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — SAR influence</source>
            <translation>{} — SAR 影响</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Network «{model}» on {device}, tiles: {tiles}, {seconds:.1f} s</source>
            <translation>网络“{model}”，设备 {device}，分块数：{tiles}，{seconds:.1f} 秒</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The result is drawn in a contrast of its own: that of «{layer}» reaches up to the clouds and would leave the ground nearly black. Plugins ▸ SAR Cloud Removal ▸ Stretch both to the ground gives both layers the same one.</source>
            <translation>结果以自身的对比度绘制：“{layer}”的对比度达到云的亮度，会使地面几乎全黑。“插件 ▸ SAR Cloud Removal ▸ 按地面拉伸两者”可使两个图层的对比度相同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Remove clouds of a folder</source>
            <translation>文件夹云去除</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Reconstructs all pairs of Sentinel-2 and Sentinel-1 files of a folder or of a list.</source>
            <translation>重建一个文件夹或一份清单中的所有 Sentinel-2 与 Sentinel-1 文件对。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Runs Remove clouds over all pairs of a folder: NAME_s1.tif with NAME_s2.tif or NAME_s2_cloudy.tif, and NAME_mask.tif if there is one; or files of equal names in the folders s1, s2 and mask. Each scene becomes NAME_clouds_removed.tif. A report, a CSV file, gets a line for each scene as it is done.</source>
            <translation>对文件夹中的所有文件对运行“云去除”：NAME_s1.tif 配 NAME_s2.tif 或 NAME_s2_cloudy.tif，以及 NAME_mask.tif（若有）；或者文件夹 s1、s2 和 mask 中的同名文件。每个场景生成 NAME_clouds_removed.tif。每完成一个场景，就在 CSV 报告中写入一行。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Clear dates of a scene, NAME_clear_date.tif or the column clear of a list, give ground under closed cloud its fields and roads. A file that is called clear only, such as NAME_s2_clear.tif, is a reference to compare with and is not used.</source>
            <translation>场景的无云日期（NAME_clear_date.tif，或列表中的 clear 列）为密云下的地面带来田块和道路。名称中只有 clear 的文件（如 NAME_s2_clear.tif）是用于比较的参考图像，不会被使用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>A scene that fails is told in the report and stops no other. Results that are there are kept, so a run that was cancelled goes on where it ended when it is started again.</source>
            <translation>失败的场景记入报告，不影响其他场景。已有的结果予以保留，因此取消后再次运行，会从中断处继续。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Number of scenes done</source>
            <translation>完成的场景数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Number of scenes that were there already</source>
            <translation>已有结果的场景数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Number of scenes that failed</source>
            <translation>失败的场景数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Number of files without a partner</source>
            <translation>没有配对的文件数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>or list of scenes (CSV)</source>
            <translation>或场景清单（CSV）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Sentinel-1 folder</source>
            <translation>Sentinel-1 文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../resources/models/folder_clouds_removed.model3"></location>
            <source>Folder of scenes</source>
            <translation>场景文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>GeoTIFFs called NAME_s1.tif, NAME_s2.tif or NAME_s2_cloudy.tif, and NAME_mask.tif; or folders s1, s2 and mask with files of equal names. Folders in it are searched too. Clear dates of a scene: NAME_clear_date.tif, or NAME_clear_date1.tif to NAME_clear_date12.tif, each with NAME_s1_clear_date1.tif for its Sentinel-1 if there is one; or folders of these names. A scene with a clear date may lack Sentinel-1.</source>
            <translation>名为 NAME_s1.tif、NAME_s2.tif 或 NAME_s2_cloudy.tif 以及 NAME_mask.tif 的 GeoTIFF；或者文件夹 s1、s2 和 mask，其中的文件同名。其中的子文件夹也会搜索。场景的无云日期：NAME_clear_date.tif，或 NAME_clear_date1.tif 至 NAME_clear_date12.tif，若有其 Sentinel-1，则名为 NAME_s1_clear_date1.tif；也可以是这些名称的文件夹。有无云日期的场景可以没有 Sentinel-1。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Instead of the folder: a table with the columns s1 and s2 and, if wanted, mask, clear and output. What is relative in it is so to the list, an output to the folder of the results. The column clear holds the clear dates of a scene with | between them, each as S2, S2+S1 or S2+S1+MASK: may.tif+may_s1.tif|june.tif.</source>
            <translation>代替文件夹：含 s1 和 s2 列的表格，需要时还可有 mask、clear 和 output 列。其中的相对路径以列表所在处为准，output 以结果文件夹为准。clear 列填写场景的无云日期，之间用 | 分隔，每个写作 S2、S2+S1 或 S2+S1+MASK：may.tif+may_s1.tif|june.tif。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Where Sentinel-1 is in another folder: files that are called like those of Sentinel-2.</source>
            <translation>用于 Sentinel-1 位于另一文件夹时：其中的文件与 Sentinel-2 的文件同名。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Where a scene has a cloud mask, what that says is clear stays as it is. In the others clouds and shadows are detected, and what both the detection and the network take for clear stays as it is; or the network decides alone, and then changes every pixel a little.</source>
            <translation>场景有云掩膜时，掩膜中的无云处原样不变。其他场景先检测云和阴影，检测和网络都认为无云之处原样不变；或者由网络独自决定，此时每个像素都会略有改动。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Write SAR attention too</source>
            <translation>同时写出 SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>As NAME_attention.tif.</source>
            <translation>文件名为 NAME_attention.tif。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Overwrite results that are there</source>
            <translation>覆盖已有的结果</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Otherwise they are kept, whatever options they were made with, and only what is missing is done.</source>
            <translation>否则不论其生成时的选项如何，一律保留，只处理缺少的部分。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Load the results into the project</source>
            <translation>将结果加载到工程</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>All of them, in true colour.</source>
            <translation>全部加载，以真彩色绘制。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Not set: found by description, else VV is the first band and VH the second.</source>
            <translation>不设置：按描述识别，否则以第一波段为 VV、第二波段为 VH。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-1 VH band</source>
            <translation>Sentinel-1 VH 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Report (else report.csv in the folder of results)</source>
            <translation>报告（否则为结果文件夹中的 report.csv）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../resources/models/folder_clouds_removed.model3"></location>
            <source>Folder of results</source>
            <translation>结果文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Gets NAME_clouds_removed.tif of each scene; made if it is not there.</source>
            <translation>存放每个场景的 NAME_clouds_removed.tif；若不存在则新建。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>A CSV file with each scene: what became of it, seconds, cloud cover in percent, the result, why it failed, and the clear dates that were used. Not set: report.csv in the folder of the results.</source>
            <translation>列出每个场景的 CSV 文件：处理情况、耗时（秒）、云覆盖率（%）、结果、失败的原因，以及所用的无云日期。不设置：结果文件夹中的 report.csv。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>choose a folder or a list of scenes, one of the two</source>
            <translation>请选择文件夹或场景清单，二者选一</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>it goes with a folder of scenes, not with a list, which names all files</source>
            <translation>它与场景文件夹一起使用；清单已列出所有文件</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../model/scene_pairs.py"></location>
            <source>there is no such folder</source>
            <extracomment>phrase</extracomment>
            <translation>没有这个文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <location filename="../plugin/settings.py"></location>
            <source>there is no such file</source>
            <extracomment>phrase</extracomment>
            <translation>没有这个文件</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>{failed} of {count} scenes failed; «{report}» says why.</source>
            <translation>{count} 个场景中有 {failed} 个失败；原因见“{report}”。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds_folder.py"></location>
            <source>Scenes done: {done}, kept: {kept}, failed: {failed}. Network «{model}» on {device}, {seconds:.1f} s</source>
            <translation>完成的场景：{done}，保留：{kept}，失败：{failed}。网络“{model}”，设备 {device}，{seconds:.1f} 秒</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Sentinel-2 layer (cloudy)</source>
            <translation>Sentinel-2 图层（有云）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Calibrated backscatter (GRD; sigma0 or gamma0) with a VV and a VH band, in decibel, as power or as amplitude. Its CRS and its pixel size may differ from those of Sentinel-2.</source>
            <translation>经定标的后向散射（GRD；sigma0 或 gamma0），含 VV 和 VH 波段，单位为分贝、功率或振幅。其坐标参照系和像素大小可与 Sentinel-2 不同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-1 of the clear dates</source>
            <translation>无云日期的 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Network</source>
            <translation>网络</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Plugins ▸ SAR Cloud Removal ▸ Network weights tells of each, and adds your own to the list.</source>
            <translation>“插件 ▸ SAR Cloud Removal ▸ 网络权重”说明每个网络，也可将您自己的网络加入列表。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Own weights</source>
            <translation>自有权重</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>A .safetensors file of this plugin, instead of the network above.</source>
            <translation>本插件的 .safetensors 文件，代替上面的网络。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Device by its name</source>
            <translation>按名称指定设备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Automatic takes an NVIDIA GPU or an Apple GPU if there is one, else the CPU.</source>
            <translation>自动：有 NVIDIA GPU 或 Apple GPU 则使用，否则用 CPU。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>One of several GPUs, such as cuda:1, instead of the device above.</source>
            <translation>多个 GPU 中的一个，例如 cuda:1，代替上面的设备。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-2 bands</source>
            <translation>Sentinel-2 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Names in the order of the file, such as B2,B3,B4,B8, with - for a band that is none of the 13. Empty: found by description, by name or by their number.</source>
            <translation>按文件中的顺序列出名称，例如 B2,B3,B4,B8；不属于 13 个波段的写 -。留空：按描述、名称或波段数识别。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-2 scale</source>
            <translation>Sentinel-2 比例</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Reflectance is (value + offset) / scale: 10000 for digital numbers, 1 for reflectance. Empty: found from the metadata or the values.</source>
            <translation>反射率 =（数值 + 偏移）/ 比例：数字量化值（DN）用 10000，反射率用 1。留空：由元数据或数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-2 offset</source>
            <translation>Sentinel-2 偏移</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>-1000 for products of baseline 04.00 (since 2022) as they are delivered, else 0. Empty: found from the metadata or the values.</source>
            <translation>处理基线 04.00（2022 年起）的原始产品为 -1000，否则为 0。留空：由元数据或数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-1 units</source>
            <translation>Sentinel-1 单位</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Decibel, linear power or amplitude; automatic finds out from the values.</source>
            <translation>分贝、线性功率或振幅；自动则由数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../plugin/sources.py"></location>
            <source>QGIS cannot open it</source>
            <extracomment>phrase</extracomment>
            <translation>QGIS 无法打开它</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>there are {count} clear dates; choose as many, in the same order, or none</source>
            <translation>共有 {count} 个无云日期；请按相同顺序选择同样多个，或一个也不选</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>it is the cloudy layer</source>
            <translation>它就是有云图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>it names {named} bands, and the layer has {count}</source>
            <translation>它列出了 {named} 个波段，而图层有 {count} 个</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>the other polarisation has to be chosen too</source>
            <translation>另一个极化也必须选择</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>it is the VV band already</source>
            <translation>它已经是 VV 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>the layer has {count} bands</source>
            <translation>图层有 {count} 个波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Simulate clouds</source>
            <translation>模拟云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Covers a clear Sentinel-2 layer with synthetic clouds and their shadows, for tests and teaching.</source>
            <translation>在无云的 Sentinel-2 图层上叠加合成云及其阴影，供检验和教学使用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>simulate</source>
            <translation>模拟</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Covers a clear Sentinel-2 layer with synthetic clouds and their shadows, so that what Remove clouds makes of it can be compared with the truth. The result has the grid, the bands, the data type and the scale of the clear layer. The same seed gives the same clouds.</source>
            <translation>在无云的 Sentinel-2 图层上叠加合成云及其阴影，以便将“云去除”的结果与真实情况比较。结果的格网、波段、数据类型和比例与无云图层相同。同一随机种子给出同样的云。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>The clouds are made of noise with the reflectance of real clouds. They look like clouds; they are no measurement of how well anything works under real ones.</source>
            <translation>云由噪声生成，反射率取自真实的云。它们看起来像云，但不能用来衡量任何方法在真实云下的效果。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Sentinel-2 layer (clear)</source>
            <translation>Sentinel-2 图层（无云）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Cloud cover in percent</source>
            <translation>云覆盖率（%）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Kind of clouds</source>
            <translation>云的类型</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Heaps have firm edges. Haze is thin and even, strongest in blue. High streaks are thin too, and B10 sees them.</source>
            <translation>积云边缘分明。薄霾薄而均匀，在蓝光中最强。高空条带也很薄，B10 能看到。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>The share of the valid pixels that lie under cloud.</source>
            <translation>有效像素中位于云下的比例。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Opacity of the thickest cloud (0–1)</source>
            <translation>最厚云的不透明度（0–1）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>1 hides the ground; less lets it shine through everywhere.</source>
            <translation>1 完全遮住地面；小于 1 则各处都透出地面。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Another number gives other clouds.</source>
            <translation>换一个数即得到另外的云。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Size of the clouds in metres</source>
            <translation>云的大小（米）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Of the largest; haze and cirrus are two to three times as large.</source>
            <translation>最大的云的大小；霾和卷云为其二至三倍。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Shadows</source>
            <translation>阴影</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Whether the clouds throw shadows.</source>
            <translation>云是否投下阴影。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Sun azimuth in degrees</source>
            <translation>太阳方位角（度）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Where the sun stands, clockwise from north; shadows fall to the other side.</source>
            <translation>太阳所在的方位，自北顺时针计；阴影落在相反的一侧。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Sun elevation in degrees</source>
            <translation>太阳高度角（度）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>How high the sun stands; the lower, the longer the shadows.</source>
            <translation>太阳的高度；越低，阴影越长。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Height of the clouds in metres</source>
            <translation>云的高度（米）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Above the ground; the higher, the farther away the shadows.</source>
            <translation>距地面的高度；越高，阴影越远。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Under simulated clouds</source>
            <translation>模拟云下的图像</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>GeoTIFF with the bands, the grid, the data type and the scale of the clear layer.</source>
            <translation>GeoTIFF，其波段、格网、数据类型和比例与无云图层相同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Opacity of the clouds</source>
            <translation>云的不透明度</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>One band, 0–1 in blue, as whole numbers of 0.0001.</source>
            <translation>单波段，蓝光中的 0–1，以 0.0001 为单位的整数。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>Simulated clouds and shadows</source>
            <translation>模拟的云和阴影</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>0 clear, 1 cloud, 2 shadow, 3 thin cloud: a cloud mask, and the truth for a detector.</source>
            <translation>0 无云，1 云，2 阴影，3 薄云：可用作云掩膜，也是检测方法的真值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>{} — simulated clouds</source>
            <translation>{} — 模拟云</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>{} — cloud opacity</source>
            <translation>{} — 云的不透明度</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/simulate_clouds.py"></location>
            <source>{} — simulated clouds and shadows</source>
            <translation>{} — 模拟的云和阴影</translation>
        </message>
        <message>
            <location filename="../plugin/compute/audit.py"></location>
            <source>its list of files is gone</source>
            <extracomment>phrase</extracomment>
            <translation>它的文件清单已丢失</translation>
        </message>
        <message>
            <location filename="../plugin/compute/audit.py"></location>
            <source>it is not as long as it was</source>
            <extracomment>phrase</extracomment>
            <translation>长度与原来不同</translation>
        </message>
        <message>
            <location filename="../plugin/compute/audit.py"></location>
            <source>it is missing</source>
            <extracomment>phrase</extracomment>
            <translation>文件缺失</translation>
        </message>
        <message>
            <location filename="../plugin/compute/audit.py"></location>
            <source>it was changed</source>
            <extracomment>phrase</extracomment>
            <translation>文件被改动</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <location filename="../plugin/compute/installation.py"></location>
            <location filename="../model/raster.py"></location>
            <source>exit code {code}</source>
            <extracomment>phrase</extracomment>
            <translation>退出码 {code}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>exit code 0x{code}</source>
            <extracomment>phrase</extracomment>
            <translation>退出码 0x{code}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>signal {name}</source>
            <extracomment>phrase</extracomment>
            <translation>信号 {name}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>, often a sign of too little memory</source>
            <extracomment>phrase</extracomment>
            <translation>，这往往说明内存不足</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>Waiting for another run to end.</source>
            <extracomment>phrase</extracomment>
            <translation>正在等待另一次运行结束。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>it did not answer within {START_SECONDS} seconds</source>
            <extracomment>phrase</extracomment>
            <translation>它在 {START_SECONDS} 秒内没有应答</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it is not a Python interpreter</source>
            <extracomment>phrase</extracomment>
            <translation>它不是 Python 解释器</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it is a 32-bit Python; PyTorch needs 64 bits</source>
            <extracomment>phrase</extracomment>
            <translation>这是 32 位 Python；PyTorch 需要 64 位</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>3.{OLDEST_PYTHON} to 3.{NEWEST_PYTHON}</source>
            <extracomment>phrase</extracomment>
            <translation>3.{OLDEST_PYTHON} 至 3.{NEWEST_PYTHON}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it is Python {shown}; PyTorch needs {wanted}</source>
            <extracomment>phrase</extracomment>
            <translation>这是 Python {shown}；PyTorch 需要 {wanted}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it has no module venv</source>
            <extracomment>phrase</extracomment>
            <translation>它没有 venv 模块</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it has neither ensurepip nor a recent pip (on Debian and Ubuntu: install the package python3-venv)</source>
            <extracomment>phrase</extracomment>
            <translation>它既没有 ensurepip，也没有较新的 pip（在 Debian 和 Ubuntu 上：请安装软件包 python3-venv）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>none was found</source>
            <extracomment>phrase</extracomment>
            <translation>一个也没有找到</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>no suitable Python ({found}). Install Python 3.10 or later, 64 bits, and choose its interpreter.</source>
            <extracomment>phrase</extracomment>
            <translation>没有合适的 Python（{found}）。请安装 64 位的 Python 3.10 或更新版本，并选择其解释器。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <location filename="../plugin/compute/installation.py"></location>
            <source>it did not answer within {timeout} seconds</source>
            <extracomment>phrase</extracomment>
            <translation>它在 {timeout} 秒内没有应答</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it does not start ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它无法启动（{error}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it does not run ({said})</source>
            <extracomment>phrase</extracomment>
            <translation>它无法运行（{said}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>exit code {returncode}</source>
            <extracomment>phrase</extracomment>
            <translation>退出码 {returncode}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>No NVIDIA GPU was found.</source>
            <extracomment>phrase</extracomment>
            <translation>没有找到 NVIDIA GPU。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Smaller, and leaves the GPU unused.</source>
            <extracomment>phrase</extracomment>
            <translation>较小，但不使用 GPU。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>PyTorch uses the GPU of Apple computers without more ado.</source>
            <extracomment>phrase</extracomment>
            <translation>PyTorch 可直接使用 Apple 电脑的 GPU。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>{name}, driver {driver}</source>
            <extracomment>phrase</extracomment>
            <translation>{name}，驱动程序 {driver}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>{shown}: update the driver to use the GPU.</source>
            <extracomment>phrase</extracomment>
            <translation>{shown}：要使用 GPU，请更新驱动程序。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>all packages</source>
            <extracomment>phrase</extracomment>
            <translation>所有软件包</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>it lacks {names}</source>
            <extracomment>phrase</extracomment>
            <translation>缺少 {names}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>for another Python or system: {names}</source>
            <extracomment>phrase</extracomment>
            <translation>适用于其他 Python 或系统：{names}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>of another version: {names}</source>
            <extracomment>phrase</extracomment>
            <translation>版本不符：{names}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>damaged: {unreadable}</source>
            <extracomment>phrase</extracomment>
            <translation>已损坏：{unreadable}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>the folder of downloaded packages «{folder}» is not there</source>
            <extracomment>phrase</extracomment>
            <translation>已下载软件包的文件夹“{folder}”不存在</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>the folder of downloaded packages «{folder}» cannot be checked: {error}</source>
            <extracomment>phrase</extracomment>
            <translation>已下载软件包的文件夹“{folder}”无法检查：{error}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Make the folder on a machine like this one, with Python {shown}: pip download -c constraints.txt -d FOLDER {packages}</source>
            <extracomment>phrase</extracomment>
            <translation>请在与本机相同、装有 Python {shown} 的计算机上制作该文件夹：pip download -c constraints.txt -d FOLDER {packages}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>the folder of downloaded packages «{wheels}» is not complete: {complaint}. {advice}</source>
            <extracomment>phrase</extracomment>
            <translation>已下载软件包的文件夹“{wheels}”不完整：{complaint}。{advice}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>there is no environment at «{place}» to repair; press Install</source>
            <extracomment>phrase</extracomment>
            <translation>“{place}”处没有可修复的环境；请点击“安装”</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>«{folder}» holds something else than a compute environment</source>
            <extracomment>phrase</extracomment>
            <translation>“{folder}”中的内容不是计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>«{folder}» cannot be removed; a program still uses it</source>
            <extracomment>phrase</extracomment>
            <translation>“{folder}”无法删除；仍有程序在使用它</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>«{parent}» cannot be used ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>“{parent}”无法使用（{error}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>another window of QGIS is at work on the environment. Wait until it has ended</source>
            <extracomment>phrase</extracomment>
            <translation>另一个 QGIS 窗口正在处理计算环境。请等待其结束</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>it needs {needed} GB, and the disk of «{parent}» has {free} GB free</source>
            <extracomment>phrase</extracomment>
            <translation>需要 {needed} GB，而“{parent}”所在磁盘剩余 {free} GB</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Python {version} at {path}</source>
            <extracomment>phrase</extracomment>
            <translation>Python {version}，位于 {path}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Nothing is damaged</source>
            <extracomment>phrase</extracomment>
            <translation>没有损坏之处</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Trying the environment</source>
            <extracomment>phrase</extracomment>
            <translation>正在检验环境</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Ready: torch {versions}, {devices}</source>
            <extracomment>phrase</extracomment>
            <translation>就绪：torch {versions}，{devices}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>its Python does not work ({error}). Press Install again, which makes a new one</source>
            <extracomment>phrase</extracomment>
            <translation>它的 Python 无法工作（{error}）。请再次点击“安装”，建立新的环境</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Virtual environment made</source>
            <extracomment>phrase</extracomment>
            <translation>虚拟环境已建立</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Going on without csmask: {without_csmask}</source>
            <extracomment>phrase</extracomment>
            <translation>不带 csmask 继续：{without_csmask}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>{index} has no torch for this machine, or cannot be reached.</source>
            <extracomment>phrase</extracomment>
            <translation>{index} 没有适合本机的 torch，或无法访问。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Trying the usual package index.</source>
            <extracomment>phrase</extracomment>
            <translation>正在尝试通常的软件包索引。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>it does not run ({value})</source>
            <extracomment>phrase</extracomment>
            <translation>它无法运行（{value}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>The path may be too long for Windows: enable long paths in Windows, or use a QGIS profile in a shorter folder.</source>
            <extracomment>phrase</extracomment>
            <translation>路径对 Windows 而言可能过长：请在 Windows 中启用长路径，或使用位于较短文件夹中的 QGIS 配置文件。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>The disk is full.</source>
            <extracomment>phrase</extracomment>
            <translation>磁盘已满。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>The certificate of the server is not trusted here, or OpenSSL is missing. A company's proxy often signs with a certificate of its own: have it added to the system's certificates, or name its .pem file in the environment variable PIP_CERT and start QGIS again; or install from a folder of downloaded packages.</source>
            <extracomment>phrase</extracomment>
            <translation>服务器的证书在此处不受信任，或缺少 OpenSSL。公司的代理往往用自己的证书签名：请将其加入系统证书，或在环境变量 PIP_CERT 中指明其 .pem 文件并重新启动 QGIS；也可从已下载软件包的文件夹安装。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Check the proxy in Settings ▸ Options ▸ Network.</source>
            <extracomment>phrase</extracomment>
            <translation>请检查“设置 ▸ 选项 ▸ 网络”中的代理。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Check the connection to the Internet and the proxy in Settings ▸ Options ▸ Network, or install from a folder of downloaded packages.</source>
            <extracomment>phrase</extracomment>
            <translation>请检查互联网连接以及“设置 ▸ 选项 ▸ 网络”中的代理，或从已下载软件包的文件夹安装。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/installation.py"></location>
            <source>Install Microsoft's Visual C++ Redistributable (x64).</source>
            <extracomment>phrase</extracomment>
            <translation>请安装 Microsoft Visual C++ Redistributable（x64）。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/wheel_check.py"></location>
            <source>{versions}; {specifier} is needed</source>
            <extracomment>phrase</extracomment>
            <translation>{versions}；需要 {specifier}</translation>
        </message>
        <message>
            <location filename="../plugin/example_models.py"></location>
            <source>Example models</source>
            <translation>示例模型</translation>
        </message>
        <message>
            <location filename="../plugin/example_models.py"></location>
            <source>To change it, choose «Open a copy in the model designer» in its context menu in the toolbox.</source>
            <translation>若要修改，请在工具箱中右击它，选择“在模型设计器中打开副本”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>SAR attention inspector</source>
            <translation>SAR 注意力查看器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Computing…</source>
            <translation>正在计算…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>At the place</source>
            <translation>该处的数值</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Where its colour came from</source>
            <translation>颜色的来源</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Attention on the map</source>
            <translation>地图上的注意力</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Spectrum</source>
            <translation>光谱</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <location filename="../plugin/plugin.py"></location>
            <source>Set up compute environment…</source>
            <translation>设置计算环境…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <location filename="../plugin/plugin.py"></location>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Sentinel-1 VV</source>
            <translation>Sentinel-1 VV</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Backscatter at the place, as the network was given it.</source>
            <translation>该处输入网络的后向散射。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Sentinel-1 VH</source>
            <translation>Sentinel-1 VH</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>SAR gate</source>
            <translation>SAR 门控</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>How far the radar is let through here, from 0 to 1: mean over the features, as in the map.</source>
            <translation>该处雷达特征被放行的程度，从 0 到 1：各特征的平均，与图中相同。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Attention received</source>
            <translation>所得的注意力</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>How much the whole tile looks at this place; 1 × is an even share.</source>
            <translation>整个分块对该处的关注程度；1 × 为平均份额。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Replaced</source>
            <translation>替换比例</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The share of the cloudy pixel that the network took for cloud and replaced, mean of the bands.</source>
            <translation>有云像素中被网络当作云而替换的比例，各波段的平均。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The largest part, as in the layer Source.</source>
            <translation>占比最大的部分，与“来源”图层一致。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>How wrong the pixel is likely to be, in reflectance: root mean square of the bands.</source>
            <translation>该像素可能的误差（反射率）：各波段的均方根。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Show</source>
            <translation>显示</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Opacity</source>
            <translation>不透明度</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Attention</source>
            <translation>注意力</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>How this place spreads its attention over the tile; 1 × is an even share of it.</source>
            <translation>该处的注意力在分块内如何分布；1 × 为其中的平均份额。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Click into an image that Remove clouds made, or into the cloudy layer that it was made from.</source>
            <translation>请点击“云去除”生成的图像，或生成它所用的有云图层。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Nothing was computed here: one of the two images has no value.</source>
            <translation>此处没有计算：两幅图像之一没有数值。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The network «{model}» has no SAR-guided attention, so there is none to show.</source>
            <translation>网络“{model}”没有 SAR 引导的注意力，因此没有可显示的内容。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The weights have changed since this result was made.</source>
            <translation>该结果生成之后，权重已有变化。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The cloud mask says clear here: the pixel was kept.</source>
            <translation>云掩膜表明此处无云：该像素保持原样。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Shown is the tile as it lies, one of the eight orientations of the quality best.</source>
            <translation>所示为未经翻转的分块，即质量 best 的八个方向之一。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The image of this run is no longer there; the spectrum is computed anew.</source>
            <translation>该次运行的图像已不存在；光谱为重新计算所得。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Row {row}, column {column} of «{layer}», computed by «{model}».</source>
            <translation>“{layer}”的第 {row} 行、第 {column} 列，由“{model}”计算。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Of all the attention that the clicked place pays, one square of its tile gets {share} at most: {times} what it would get if all got the same. White frames: the squares that get most, at least a third of that. Dotted: the square of the clicked place. Dashed: the tile.</source>
            <translation>在所点之处付出的全部注意力中，其分块内的一个方格最多得到 {share}：是平均分配时的 {times}。白框：所得最多的方格，不少于该值的三分之一。点线：所点之处所在的方格。虚线：分块。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>The clear places of the image from which the colour of the clicked place was taken. One square gives {share} of it at most. White frames: the squares that give most. Dotted: the square of the clicked place.</source>
            <translation>所点位置的颜色取自图像中的这些无云之处。单个方格最多贡献其中的 {share}。白框：贡献最多的方格。点线：所点位置的方格。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>{share} of the colour came this way.</source>
            <translation>颜色的 {share} 由此而来。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Where the colour was taken from</source>
            <translation>颜色取自何处</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Head {}</source>
            <translation>头 {}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/attention_dock.py"></location>
            <source>Mean of heads</source>
            <translation>各头的平均</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <location filename="../plugin/gui/flicker.py"></location>
            <location filename="../plugin/gui/spectrum_plot.py"></location>
            <source>cloudy</source>
            <translation>有云</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <location filename="../resources/styles/changed.qml"></location>
            <source>reconstructed</source>
            <translation>重建</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>Divide from top to bottom, or from left to right</source>
            <translation>切换分隔线方向：上下或左右</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>End the comparison (Esc)</source>
            <translation>结束比较（Esc）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>Cloudy</source>
            <translation>有云</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>Reconstructed</source>
            <translation>重建</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>Compare cloudy and reconstructed</source>
            <translation>比较有云与重建图像</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>Swipe between the cloudy and the reconstructed image with a divider on the map</source>
            <translation>在地图上用分隔线卷帘比较有云图像与重建图像</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>There are no two raster layers to compare. Run «Remove clouds» first, or add its result.</source>
            <translation>没有可比较的两个栅格图层。请先运行“云去除”，或添加其结果。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <location filename="../plugin/gui/flicker.py"></location>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <location filename="../plugin/gui/compare.py"></location>
            <source>Choose the cloudy and the reconstructed layer.</source>
            <translation>请选择有云图层和重建图层。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>SAR Cloud Removal: compute environment</source>
            <translation>SAR Cloud Removal：计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>The neural network runs in a Python environment of its own, with PyTorch and rasterio. QGIS's own Python is left as it is, so nothing here can break QGIS.</source>
            <translation>神经网络在独立的 Python 环境中运行，其中装有 PyTorch 和 rasterio。QGIS 自带的 Python 保持原样，因此这里的任何操作都不会损坏 QGIS。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>What is there</source>
            <translation>现有内容</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Graphics card</source>
            <translation>显卡</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Interpreter</source>
            <translation>解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Packages</source>
            <translation>软件包</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Devices</source>
            <translation>设备</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Own environment</source>
            <translation>自有环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Repair</source>
            <translation>修复</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Looks for damaged packages and installs these again; keeps what works.</source>
            <translation>查找损坏的软件包并重新安装；可用的保留不动。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Move…</source>
            <translation>移动…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Makes the environment in another folder, for example on a larger disk.</source>
            <translation>在另一文件夹中建立环境，例如在更大的磁盘上。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Remove…</source>
            <translation>删除…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Cloud detection network csmask ({})</source>
            <translation>云检测网络 csmask（{}）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Finds clouds and shadows better than the spectral rule, for «Detect clouds and shadows» and for the mask of «Remove clouds». Repair adds it to an environment that is there.</source>
            <translation>比光谱规则更好地找出云和云影，用于《云和阴影检测》以及《云去除》的掩膜。“修复”会把它加入已有的环境。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>for installing without the Internet</source>
            <translation>用于离线安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>take nothing from the Internet</source>
            <translation>不从互联网获取任何内容</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>What Install does</source>
            <translation>“安装”将执行的操作</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Made with</source>
            <translation>所用的 Python</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>PyTorch build</source>
            <translation>PyTorch 版本</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Extra</source>
            <translation>附加</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Proxy</source>
            <translation>代理</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Folder of downloaded packages</source>
            <translation>已下载软件包的文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Choose a Python interpreter</source>
            <translation>选择 Python 解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>a Python that has all packages of the environment</source>
            <translation>装有环境所需全部软件包的 Python</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Use</source>
            <translation>使用</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Use the plugin's own again</source>
            <translation>恢复使用插件自己的环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Another interpreter</source>
            <translation>其他解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Copy log</source>
            <translation>复制日志</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Install</source>
            <translation>安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Looking at what is there…</source>
            <translation>正在检查现有内容…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Nothing is installed yet. Press Install.</source>
            <translation>尚未安装任何内容。请点击“安装”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Press Repair, or Install again.</source>
            <translation>请点击“修复”或“重新安装”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Press Install.</source>
            <translation>请点击“安装”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>What is there does not work: {}.</source>
            <translation>现有环境无法工作：{}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Ready. «Remove clouds» can run.</source>
            <translation>就绪。可以运行“云去除”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Install again</source>
            <translation>重新安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Trying «{}»…</source>
            <translation>正在检验“{}”…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>«{path}» will not do: {problem}. What was used before stays in use.</source>
            <translation>“{path}”不可用：{problem}。继续使用原来的解释器。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Looking through the folder…</source>
            <translation>正在检查文件夹…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Choose a folder for the environment</source>
            <translation>选择环境所在的文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>«{}» is where the environment lies already.</source>
            <translation>环境已位于“{}”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>A virtual environment cannot be copied, so it is made anew in «{folder}», {size}; what pip has downloaded before is taken from its cache or from the folder of downloaded packages. The old one is removed when the new one works.</source>
            <translation>虚拟环境无法复制，因此将在“{folder}”中重新建立，{size}；pip 此前下载的内容取自其缓存或已下载软件包的文件夹。新环境可用后再删除旧的。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Move the environment</source>
            <translation>移动环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Move</source>
            <translation>移动</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>«Remove clouds» cannot run until an environment is installed again. Remove {}?</source>
            <translation>在再次安装环境之前，“云去除”无法运行。要删除 {} 吗？</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Remove the environment</source>
            <translation>删除环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <location filename="../plugin/uninstall.py"></location>
            <source>Remove</source>
            <translation>删除</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>A run is under way in this environment. Let it end, or cancel it, and press again.</source>
            <translation>此环境中有运行正在进行。请等它结束或取消它，然后再按一次。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>making a virtual environment</source>
            <translation>正在建立虚拟环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>getting a recent pip</source>
            <translation>正在获取较新的 pip</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>PyTorch</source>
            <translation>PyTorch</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>the other packages</source>
            <translation>其余软件包</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>the packages</source>
            <translation>软件包</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>the cloud detection network</source>
            <translation>云检测网络</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>looking for what is damaged</source>
            <translation>正在查找损坏之处</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>trying the environment</source>
            <translation>正在检验环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Step {number} of {count}: {what}</source>
            <translation>第 {number} 步，共 {count} 步：{what}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>unpacking {}</source>
            <translation>正在解压 {}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Apple GPU, used by way of MPS</source>
            <translation>Apple GPU，通过 MPS 使用</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>no NVIDIA GPU whose driver answers; the network runs on the processor</source>
            <translation>没有驱动程序可用的 NVIDIA GPU；网络在处理器上运行</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>{name}, {memory:.0f} GB, driver {driver}, compute capability {capability}</source>
            <translation>{name}，{memory:.0f} GB，驱动程序 {driver}，计算能力 {capability}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>{python} (named by the variable {variable})</source>
            <translation>{python}（由变量 {variable} 指定）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>There is a GPU, but this PyTorch is built for the CPU. To use it, install the build «{}».</source>
            <translation>本机有 GPU，但此 PyTorch 是 CPU 版本。要使用 GPU，请安装版本“{}”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>none in QGIS's settings; that of the system is used if there is one</source>
            <translation>QGIS 设置中没有代理；若系统设有代理，则使用系统代理</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>{proxy}, from QGIS's settings; not for {hosts}</source>
            <translation>{proxy}，来自 QGIS 的设置；不用于 {hosts}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>{proxy}, from QGIS's settings</source>
            <translation>{proxy}，来自 QGIS 的设置</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>All {count} packages that are needed are there, {size}.</source>
            <translation>所需的 {count} 个软件包齐全，共 {size}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Missing: {}.</source>
            <translation>缺少：{}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>For another Python or system: {}.</source>
            <translation>适用于其他 Python 或系统：{}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Of another version: {}.</source>
            <translation>版本不符：{}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Damaged: {}.</source>
            <translation>已损坏：{}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>about {download} to download, {disk} on the disk ({free} free)</source>
            <translation>约需下载 {download}，占用磁盘 {disk}（剩余 {free}）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Looking at the compute environment</source>
            <translation>正在检查计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Looking through the folder of downloaded packages</source>
            <translation>正在检查已下载软件包的文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>At work. You can close this window and go on working.</source>
            <translation>正在执行。您可以关闭此窗口，继续工作。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Installing the compute environment</source>
            <translation>正在安装计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Installing. You can close this window and go on working.</source>
            <translation>正在安装。您可以关闭此窗口，继续工作。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Cancelled; the environment from before stays in use.</source>
            <translation>已取消；继续使用原来的环境。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Cancelled; nothing was installed.</source>
            <translation>已取消；没有安装任何内容。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Moving the compute environment</source>
            <translation>正在移动计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Making the environment in the new folder. The old one works on meanwhile.</source>
            <translation>正在新文件夹中建立环境。其间原来的环境照常可用。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Cancelled; the environment stays where it was.</source>
            <translation>已取消；环境留在原处。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Moved, but the old one could not be removed: {}</source>
            <translation>已移动，但旧环境无法删除：{}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Moved to «{folder}»; {size} freed in the old place.</source>
            <translation>已移至“{folder}”；原处释放了 {size}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Repairing the compute environment</source>
            <translation>正在修复计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Looking for what is damaged, and installing it again.</source>
            <translation>正在查找损坏之处并重新安装。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Cancelled. What was repaired stays so; press Repair to go on.</source>
            <translation>已取消。已修复的部分保留；点击“修复”可继续。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Repaired: {}.</source>
            <translation>已修复：{}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Nothing was damaged.</source>
            <translation>没有损坏之处。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <location filename="../plugin/uninstall.py"></location>
            <source>Removing the compute environment</source>
            <translation>正在删除计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Removing the environment.</source>
            <translation>正在删除环境。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>Removed; {} freed.</source>
            <translation>已删除；释放了 {}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_tasks.py"></location>
            <source>The cloud detection network csmask could not be installed ({}); all else works without it.</source>
            <translation>云检测网络 csmask 无法安装（{}）；没有它，其余一切照常工作。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/flicker.py"></location>
            <source>Show the cloudy layers (hold the key)</source>
            <translation>显示有云图层（按住按键）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/flicker.py"></location>
            <source>Show the cloudy layers instead of the reconstructed ones, in all maps</source>
            <translation>在所有地图中以有云图层代替重建图层显示</translation>
        </message>
        <message>
            <location filename="../plugin/gui/flicker.py"></location>
            <location filename="../plugin/plugin.py"></location>
            <source>There is no reconstructed layer whose cloudy layer is in the project too.</source>
            <translation>工程中没有同时具备有云图层的重建图层。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/inspect_task.py"></location>
            <source>Inspecting SAR attention</source>
            <translation>正在查看 SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/gui/inspect_task.py"></location>
            <source>Starting the compute process…</source>
            <translation>正在启动计算进程…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/model_action.py"></location>
            <source>Open a copy in the model designer…</source>
            <translation>在模型设计器中打开副本…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Checking the interpreter</source>
            <translation>正在检查解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Reset to defaults</source>
            <translation>恢复默认值</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>the environment that the plugin has set up</source>
            <translation>由插件设置的环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Check</source>
            <translation>检查</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Run the interpreter and look which packages and devices it has</source>
            <translation>运行解释器，查看其软件包和设备</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Compute environment</source>
            <translation>计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Python interpreter</source>
            <translation>Python 解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>own weights:</source>
            <translation>自有权重：</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Choose weights</source>
            <translation>选择权重</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <source>pixels</source>
            <translation>像素</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>A larger tile needs more memory. 32 pixels at least.</source>
            <translation>更大的分块需要更多内存。至少 32 像素。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>What dialogs, scripts and batches begin with</source>
            <translation>对话框、脚本和批处理的初始值</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Tile size</source>
            <translation>分块大小</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>no limit</source>
            <translation>无上限</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>What «Remove clouds» may take: main memory, or, on an NVIDIA GPU, the GPU's. Fewer tiles are computed at once, then parts of a tile, and a limit that is too low even for that is refused. It is estimated before the run, not measured; 0.7 to 0.9 GB are needed at least on the processor.</source>
            <translation>“云去除”可使用的内存：主内存，或在 NVIDIA GPU 上为显存。先减少同时计算的分块数，再将分块分为小块计算；若上限低到连这样也不够，则拒绝运行。这是运行前的估计，不是测量值；在处理器上至少需要 0.7 至 0.9 GB。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>minutes</source>
            <translation>分钟</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>as long as QGIS runs</source>
            <translation>直到 QGIS 关闭</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Compute process</source>
            <translation>计算进程</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Memory limit</source>
            <translation>内存上限</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Stays ready after a run</source>
            <translation>运行后保持就绪</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>A process that is ready begins at once; until it ends it keeps its memory.</source>
            <translation>就绪的进程可立即开始运行；在结束之前，它一直占用内存。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>There is no file «{}». What was set before stays.</source>
            <translation>没有文件“{}”。保留原来的设置。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>Nothing is set up yet: press Plugins ▸ SAR Cloud Removal ▸ Set up compute environment.</source>
            <translation>尚未设置：请点击“插件 ▸ SAR Cloud Removal ▸ 设置计算环境”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>It will not do: {}</source>
            <translation>它不可用：{}</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>It can compute. Python {python} with {packages}. Devices: {devices}.</source>
            <translation>它可以计算。Python {python}，装有 {packages}。设备：{devices}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/options_page.py"></location>
            <source>The variable {name} is set and comes first: «{path}».</source>
            <translation>已设置变量 {name}，且优先采用：“{path}”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <source>the cloudy image itself</source>
            <translation>有云图像本身</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <source>similar clear places (attention)</source>
            <translation>相似的无云之处（注意力）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <location filename="../resources/styles/source.qml"></location>
            <source>the image's own clear ground</source>
            <translation>本图像的无云地面</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <location filename="../model/operations/reconstruct/scene_fit.py"></location>
            <location filename="../model/provenance.py"></location>
            <location filename="../resources/styles/source.qml"></location>
            <source>clear date</source>
            <extracomment>phrase</extracomment>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <location filename="../resources/styles/source.qml"></location>
            <source>radar and training only</source>
            <translation>仅雷达和训练</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <location filename="../resources/styles/changed.qml"></location>
            <location filename="../resources/styles/source.qml"></location>
            <source>kept</source>
            <translation>保留</translation>
        </message>
        <message>
            <location filename="../plugin/gui/parts_bar.py"></location>
            <location filename="../resources/styles/source.qml"></location>
            <source>thin cloud corrected</source>
            <translation>薄云校正</translation>
        </message>
        <message>
            <location filename="../plugin/gui/spectrum_plot.py"></location>
            <source>Spectrum at the place</source>
            <translation>该处的光谱</translation>
        </message>
        <message>
            <location filename="../plugin/gui/spectrum_plot.py"></location>
            <source>No place is chosen yet</source>
            <translation>尚未选择位置</translation>
        </message>
        <message>
            <location filename="../plugin/gui/spectrum_plot.py"></location>
            <source>Wavelength (nm)</source>
            <translation>波长（nm）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/spectrum_plot.py"></location>
            <source>Reflectance</source>
            <translation>反射率</translation>
        </message>
        <message>
            <location filename="../plugin/gui/spectrum_plot.py"></location>
            <source>clouds removed</source>
            <translation>去云后</translation>
        </message>
        <message>
            <location filename="../plugin/gui/stretch_offer.py"></location>
            <source>«{layer}» shows its first three bands, the result natural colours.</source>
            <translation>“{layer}”显示的是前三个波段，结果为自然色。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/stretch_offer.py"></location>
            <source>Natural colours for both</source>
            <translation>两者均用自然色</translation>
        </message>
        <message>
            <location filename="../plugin/gui/stretch_offer.py"></location>
            <source>«{layer}» is stretched up to its clouds, the result to its ground.</source>
            <translation>“{layer}”拉伸到云，结果拉伸到地面。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/stretch_offer.py"></location>
            <location filename="../plugin/plugin.py"></location>
            <source>Stretch both to the ground</source>
            <translation>按地面拉伸两者</translation>
        </message>
        <message>
            <location filename="../plugin/gui/stretch_offer.py"></location>
            <source>Gives the cloudy layer the contrast of the reconstructed one, so that they can be compared</source>
            <translation>使有云图层采用重建图层的对比度，便于比较</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Trying weights</source>
            <translation>正在检验权重</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>SAR Cloud Removal: network weights</source>
            <translation>SAR Cloud Removal：网络权重</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>The networks that «Remove clouds» and «Adapt network to scene» offer by name. The default is what their dialogs propose.</source>
            <translation>“云去除”和“使网络适应场景”按名称提供的网络。默认权重即其对话框所建议的权重。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <location filename="../plugin/weights.py"></location>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Parameters</source>
            <translation>参数量</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Add…</source>
            <translation>添加…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Delete…</source>
            <translation>删除…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Set as default</source>
            <translation>设为默认</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Come with the plugin</source>
            <translation>随插件提供</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Your own</source>
            <translation>自有</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>none yet; Add… takes a .safetensors file</source>
            <translation>尚无；用“添加…”选取 .safetensors 文件</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>{} (default)</source>
            <translation>{}（默认）</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Add weights</source>
            <translation>添加权重</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Name in the lists:</source>
            <translation>列表中的名称：</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Loading the weights into their network, to see whether they fit…</source>
            <translation>正在将权重载入其网络，以检验是否相符…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>«{name}» cannot be added: {problem}.</source>
            <translation>“{name}”无法添加：{problem}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>«{}» was added, but not tried, as there is no compute environment that works.</source>
            <translation>“{}”已添加，但未经检验，因为没有可用的计算环境。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>«{}» was added. The algorithms' dialogs list it from now on.</source>
            <translation>“{}”已添加。此后各算法的对话框会列出它。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Delete «{name}», {size}? Models and scripts that name it stop working.</source>
            <translation>要删除“{name}”（{size}）吗？使用该名称的模型和脚本将无法运行。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Delete weights</source>
            <translation>删除权重</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>«{name}» cannot be deleted: {problem}.</source>
            <translation>“{name}”无法删除：{problem}。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>«{}» was deleted.</source>
            <translation>“{}”已删除。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>«{}» is what the algorithms' dialogs propose from now on.</source>
            <translation>此后各算法的对话框建议使用“{}”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>These weights cannot be used:</source>
            <translation>这些权重无法使用：</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Tile</source>
            <translation>分块</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>{} pixels</source>
            <translation>{} 像素</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Trained on</source>
            <translation>训练数据</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Held out</source>
            <translation>留出</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Finished</source>
            <translation>完成时间</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Adapted</source>
            <translation>适应</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Licence</source>
            <translation>许可</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Attribution</source>
            <translation>署名</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>{scenes} scenes of {places} places</source>
            <translation>{places} 个地点的 {scenes} 个场景</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Scores on held-out scenes</source>
            <translation>留出场景上的评分</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>Scene</source>
            <translation>场景</translation>
        </message>
        <message>
            <location filename="../plugin/gui/weights_dialog.py"></location>
            <source>{:.2f} million</source>
            <translation>{:.2f} 百万</translation>
        </message>
        <message>
            <location filename="../plugin/layers.py"></location>
            <source>{value} (above {percent} % of the map)</source>
            <translation>{value}（高于全图的 {percent} %）</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Remove clouds…</source>
            <translation>云去除…</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Reconstruct the surface under the clouds of a Sentinel-2 layer with Sentinel-1 radar</source>
            <translation>借助 Sentinel-1 雷达重建 Sentinel-2 图层云下的地表</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Inspect SAR attention</source>
            <translation>查看 SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Click into a result to see which places the network looked at, and what for</source>
            <translation>点击结果，查看网络关注了哪些地方，以及得到了什么输入</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Network weights…</source>
            <translation>网络权重…</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Add sample layers</source>
            <translation>添加示例图层</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>One step is left before clouds can be removed: a Python environment for the neural network.</source>
            <translation>去云之前还差一步：为神经网络设置 Python 环境。</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Set up…</source>
            <translation>设置…</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>«{layer}» is not drawn in bands that can be stretched.</source>
            <translation>“{layer}”不是按可拉伸的波段绘制的。</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Draw the cloudy and the reconstructed layer in the same contrast, that of the ground</source>
            <translation>以相同的对比度（地面的对比度）绘制有云图层和重建图层</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Options…</source>
            <translation>选项…</translation>
        </message>
        <message>
            <location filename="../plugin/prepared_layers.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../resources/styles/cloud_classes.qml"></location>
            <source>clear</source>
            <translation>无云</translation>
        </message>
        <message>
            <location filename="../plugin/prepared_layers.py"></location>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../resources/styles/cloud_classes.qml"></location>
            <source>cloud</source>
            <translation>云</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>places almost without cloud</source>
            <translation>几乎无云之处</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>places under thin cloud</source>
            <translation>薄云之下</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>places under thick cloud</source>
            <translation>厚云之下</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>cloud shadow</source>
            <translation>云阴影</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>under the cloud mask</source>
            <translation>云掩膜之内</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>outside the cloud mask</source>
            <translation>云掩膜之外</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>reconstructed pixels</source>
            <translation>重建的像素</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>kept pixels</source>
            <translation>保留的像素</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Sentinel-1 missing</source>
            <translation>缺少 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>By cloud cover of the place</source>
            <translation>按局部云覆盖率</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>By kind of pixel</source>
            <translation>按像素类型</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>By the cloud mask</source>
            <translation>按云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>By what was reconstructed</source>
            <translation>按是否重建</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>The image is cut into places of about 256 × 256 pixels. Almost none: less than 5 % of a place is cloud; thin and thick: the mean opacity of its cloud is below or above one half.</source>
            <translation>图像划分为约 256 × 256 像素的小块。几乎无云：云不足小块的 5 %；薄云和厚云：小块中云的平均不透明度低于或高于二分之一。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Cloud and shadow are found by comparing the cloudy image with the reference. What changed between the two dates, such as a ploughed field, may pass for shadow.</source>
            <translation>云和阴影由有云图像与参考图像比较得出。两个日期之间的变化，例如翻耕的田地，可能被当成阴影。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>What is outside the mask was seen: what it differs by is mostly what changed between the two dates.</source>
            <translation>掩膜之外是可见的部分：其中的差异主要是两个日期之间的变化。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Kept pixels are as they were in the cloudy input.</source>
            <translation>保留的像素与有云输入相同。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Reconstruction</source>
            <translation>重建图像</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Sentinel-1</source>
            <translation>Sentinel-1</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>PSNR</source>
            <translation>PSNR</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>SSIM</source>
            <translation>SSIM</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>MAE</source>
            <translation>MAE</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>RMSE</source>
            <translation>RMSE</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>SAM</source>
            <translation>SAM</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Bias</source>
            <translation>偏差</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>peak signal-to-noise ratio; 6 dB more is half the error</source>
            <translation>峰值信噪比；每高 6 dB，误差减半</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>likeness of structure; 100 is the same</source>
            <translation>结构相似性；100 为相同</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>mean difference, in hundredths of reflectance</source>
            <translation>平均绝对差，单位为反射率的百分之一</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>as MAE, but large differences weigh more</source>
            <translation>与 MAE 类似，但大的差异权重更大</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>angle between the spectra: colour without brightness</source>
            <translation>光谱之间的夹角：不计亮度的颜色差异</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>above 0: brighter than the reference</source>
            <translation>大于 0：比参考图像亮</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Assessment of a reconstruction</source>
            <translation>重建评估</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>{count:,} pixels, {share:.1%} of the reconstruction</source>
            <translation>{count:,} 个像素，占重建图像的 {share:.1%}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>{width} × {height} pixels, {crs}</source>
            <translation>{width} × {height} 像素，{crs}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Drawn: {bands}, all in one contrast, which shows all but 1 % at each end of the reconstruction and of the reference. The error is the mean difference from the reference over all compared bands.</source>
            <translation>绘图波段：{bands}，均采用同一对比度，除重建图像和参考图像两端各 1 % 外全部显示。误差为所比较的各波段与参考图像之差的平均。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>MAE ×100</source>
            <translation>MAE ×100</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>reconstruction − reference, reflectance</source>
            <translation>重建 − 参考，反射率</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Half of all values of the reconstruction are within ±{half:.3f} of the reference, 95 % within ±{most:.3f} (reflectance). In the right chart, the darker, the more values; on the red line both are equal.</source>
            <translation>重建图像的全部数值中，有一半与参考图像相差不超过 ±{half:.3f}，95 % 不超过 ±{most:.3f}（反射率）。右图中颜色越深，数值越多；红线上两者相等。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Made by SAR Cloud Removal {version}, {date}.</source>
            <translation>由 SAR Cloud Removal {version} 生成，{date}。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Reflectance 0–1, PSNR with peak 1, SSIM with a Gaussian window of 11 × 11 pixels. Contains modified Copernicus Sentinel data.</source>
            <translation>反射率 0–1，PSNR 以 1 为峰值，SSIM 采用 11 × 11 像素的高斯窗口。含有经修改的 Copernicus Sentinel 数据。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>reconstruction</source>
            <translation>重建图像</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>cloudy input</source>
            <translation>有云输入</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>The reconstruction and the reference are equal in all that was compared.</source>
            <translation>在所有比较的内容中，重建图像与参考图像相同。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>left out, as not all images have them: {bands}</source>
            <translation>未参与比较（并非所有图像都有）：{bands}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>better</source>
            <translation>改善</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>worse</source>
            <translation>变差</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>before</source>
            <translation>之前</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>after</source>
            <translation>之后</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Error of the cloudy input</source>
            <translation>有云输入的误差</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Error of the reconstruction</source>
            <translation>重建图像的误差</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Mean difference of reflectance</source>
            <translation>反射率的平均差</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>and more</source>
            <translation>以上</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>MAE ×100, by band</source>
            <translation>各波段的 MAE ×100</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Share of values, %</source>
            <translation>数值所占比例，%</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Reconstructed and reference reflectance</source>
            <translation>重建反射率与参考反射率</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>reference</source>
            <translation>参考图像</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>The reference is another date. What grew, was harvested, flooded or lit otherwise in between counts as error, although no reconstruction could know it. Figures of different pairs of dates are therefore not to be compared with each other.</source>
            <translation>参考图像属于另一日期。其间的生长、收割、淹没或光照变化都计为误差，尽管任何重建都无从得知。因此，不同日期组合的指标不可相互比较。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Outside of the clouds, the cloudy input shows what the two dates differ by without any cloud. No reconstruction can be expected to come much nearer under the clouds.</source>
            <translation>在云之外，有云输入显示的是两个日期之间与云无关的差异。不能期望任何重建在云下比这更接近参考图像。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>A high PSNR with a low SSIM is often a smooth image: right on average, without its edges. A low SAM with a high MAE has the right colours at the wrong brightness.</source>
            <translation>PSNR 高而 SSIM 低，往往是平滑的图像：平均正确，但没有边缘。SAM 低而 MAE 高，则颜色正确而亮度有误。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Thin cloud is easily beaten, as the ground shines through it. Under thick cloud everything is an estimate from radar and from the surroundings.</source>
            <translation>薄云容易改善，因为地面透过云层可见。厚云之下，一切都是根据雷达和周围环境得出的估计。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Give the cloudy input too, to see what was gained over it.</source>
            <translation>请同时给出有云输入，以便看出相对于它的提高。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>The reconstruction differs from the reference by {mae:.2f} hundredths of reflectance on average; its PSNR is {psnr:.2f} dB.</source>
            <translation>重建图像与参考图像平均相差反射率的百分之 {mae:.2f}；PSNR 为 {psnr:.2f} dB。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>The reconstruction is {gain:.2f} dB nearer to the reference than the cloudy input: PSNR {before:.2f} → {after:.2f} dB, mean difference {mae_before:.2f} → {mae_after:.2f} hundredths of reflectance.</source>
            <translation>重建图像比有云输入更接近参考图像 {gain:.2f} dB：PSNR {before:.2f} → {after:.2f} dB，平均差为反射率的百分之 {mae_before:.2f} → {mae_after:.2f}。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>The reconstruction is {gain:.2f} dB farther from the reference than the cloudy input: PSNR {before:.2f} → {after:.2f} dB, mean difference {mae_before:.2f} → {mae_after:.2f} hundredths of reflectance.</source>
            <translation>重建图像比有云输入更偏离参考图像 {gain:.2f} dB：PSNR {before:.2f} → {after:.2f} dB，平均差为反射率的百分之 {mae_before:.2f} → {mae_after:.2f}。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Bands</source>
            <translation>波段</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Compared</source>
            <translation>比较范围</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>where all images have values</source>
            <translation>所有图像都有数值之处</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Note</source>
            <translation>说明</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>What was compared</source>
            <translation>比较的内容</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Figure</source>
            <translation>指标</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>What it says</source>
            <translation>含义</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Figures</source>
            <translation>指标</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Pictures</source>
            <translation>图像</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>By band</source>
            <translation>按波段</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>How the differences are distributed</source>
            <translation>差异的分布</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>How to read this</source>
            <translation>如何解读</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>before (cloudy input)</source>
            <translation>之前（有云输入）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>after (reconstruction)</source>
            <translation>之后（重建图像）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>change</source>
            <translation>变化</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Sentinel-1 (VV, VH, VV)</source>
            <translation>Sentinel-1（VV、VH、VV）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Scale</source>
            <translation>比例尺</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Band</source>
            <translation>波段</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Part</source>
            <translation>部分</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <source>Histogram of the differences</source>
            <translation>差异直方图</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>scale and offset as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>比例和偏移按所选</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>scale as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>比例按所选</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>{how}; offset as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>{how}；偏移按所选</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>{how}; {why}</source>
            <extracomment>phrase</extracomment>
            <translation>{how}；{why}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>scale {gain} from the file's scale factor</source>
            <extracomment>phrase</extracomment>
            <translation>比例 {gain}，来自文件的比例因子</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>values up to {high} are reflectance</source>
            <extracomment>phrase</extracomment>
            <translation>最大为 {high} 的数值是反射率</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>values up to {high} are DN, reflectance × 10000</source>
            <extracomment>phrase</extracomment>
            <translation>最大为 {high} 的数值是 DN，即反射率 × 10000</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>the darkest band starts at {dark}</source>
            <extracomment>phrase</extracomment>
            <translation>最暗波段始于 {dark}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>, the cirrus band is at {cirrus}</source>
            <extracomment>phrase</extracomment>
            <translation>，卷云波段为 {cirrus}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>, although {source} tells of one</source>
            <extracomment>phrase</extracomment>
            <translation>，尽管 {source} 表示有偏移</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>no offset, although {source} tells of {told}, which is none of Sentinel-2's</source>
            <extracomment>phrase</extracomment>
            <translation>没有偏移，尽管{source}给出 {told}，而这不是 Sentinel-2 的偏移</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>no offset ({seen}{contradicted})</source>
            <extracomment>phrase</extracomment>
            <translation>无偏移（{seen}{contradicted}）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>offset {step} ({seen})</source>
            <extracomment>phrase</extracomment>
            <translation>偏移 {step}（{seen}）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>, although {seen}</source>
            <extracomment>phrase</extracomment>
            <translation>，尽管{seen}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>offset {told} ({source}{contradicted})</source>
            <extracomment>phrase</extracomment>
            <translation>偏移 {told}（{source}{contradicted}）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>no offset ({seen})</source>
            <extracomment>phrase</extracomment>
            <translation>无偏移（{seen}）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>offset {step} ({seen}, as from processing baseline 04.00 on)</source>
            <extracomment>phrase</extracomment>
            <translation>偏移 {step}（{seen}，与处理基线 04.00 起的产品相符）</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>the file's offset</source>
            <extracomment>phrase</extracomment>
            <translation>文件的偏移</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/bands.py"></location>
            <source>processing baseline {text}</source>
            <extracomment>phrase</extracomment>
            <translation>处理基线 {text}</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/evaluate.py"></location>
            <source>«{name}» is interpolated onto the pixels of «{name2}», as {reason}: a part of the difference comes from that.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”已插值到“{name2}”的像素上，因为{reason}：部分差异由此而来。</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/evaluate.py"></location>
            <location filename="../model/prepare_s2.py"></location>
            <source>their coordinate reference systems differ</source>
            <extracomment>phrase</extracomment>
            <translation>它们的坐标参照系不同</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/evaluate.py"></location>
            <source>their pixels differ in size or direction</source>
            <extracomment>phrase</extracomment>
            <translation>它们的像素大小或方向不同</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/evaluate.py"></location>
            <source>they are shifted by a part of a pixel</source>
            <extracomment>phrase</extracomment>
            <translation>它们错开了不足一个像素</translation>
        </message>
        <message>
            <location filename="../plugin/report_words.py"></location>
            <location filename="../model/evaluate.py"></location>
            <source>Left out, as not all images have them: {left_out}.</source>
            <extracomment>phrase</extracomment>
            <translation>未参与比较（并非所有图像都有）：{left_out}。</translation>
        </message>
        <message>
            <location filename="../plugin/settings.py"></location>
            <source>pip cannot use a SOCKS proxy. Set an HTTP proxy in Settings ▸ Options ▸ Network, or install from a folder of downloaded packages and take nothing from the Internet.</source>
            <extracomment>phrase</extracomment>
            <translation>pip 无法使用 SOCKS 代理。请在“设置 ▸ 选项 ▸ 网络”中设置 HTTP 代理，或从已下载软件包的文件夹安装，不从互联网获取任何内容。</translation>
        </message>
        <message>
            <location filename="../plugin/sources.py"></location>
            <source>it exists only in QGIS's memory; save it to a file first</source>
            <extracomment>phrase</extracomment>
            <translation>它只存在于 QGIS 的内存中；请先保存到文件</translation>
        </message>
        <message>
            <location filename="../plugin/uninstall.py"></location>
            <source>SAR Cloud Removal has been uninstalled. Remove its compute environment as well?</source>
            <translation>SAR Cloud Removal 已卸载。是否一并删除其计算环境？</translation>
        </message>
        <message>
            <location filename="../plugin/uninstall.py"></location>
            <source>PyTorch, rasterio and NumPy take 1 GB or more in «{}». Keep them if you are going to install the plugin again.</source>
            <translation>PyTorch、rasterio 和 NumPy 在“{}”中占用 1 GB 或更多。若还要再安装本插件，请保留。</translation>
        </message>
        <message>
            <location filename="../plugin/uninstall.py"></location>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <location filename="../plugin/virtual_destination.py"></location>
            <source>GeoTIFF</source>
            <translation>GeoTIFF</translation>
        </message>
        <message>
            <location filename="../plugin/virtual_destination.py"></location>
            <source>Virtual raster</source>
            <translation>虚拟栅格</translation>
        </message>
        <message>
            <location filename="../plugin/weights.py"></location>
            <source>it is no safetensors file, or only its beginning</source>
            <translation>它不是 safetensors 文件，或只是其开头部分</translation>
        </message>
        <message>
            <location filename="../plugin/weights.py"></location>
            <source>it holds weights of another program</source>
            <translation>其中是其他程序的权重</translation>
        </message>
        <message>
            <location filename="../plugin/weights.py"></location>
            <source>its description is damaged ({})</source>
            <translation>其说明已损坏（{}）</translation>
        </message>
        <message>
            <location filename="../plugin/weights.py"></location>
            <source>it holds {there} of {wanted} bytes</source>
            <translation>其中只有 {there} 字节，应为 {wanted} 字节</translation>
        </message>
        <message>
            <location filename="../plugin/weights.py"></location>
            <source>it has to be a plain name, without / \ : * ? " &lt; &gt; | ; and commas</source>
            <translation>须为普通名称，不含 / \ : * ? " &lt; &gt; | ; 和逗号</translation>
        </message>
        <message>
            <location filename="../plugin/weights.py"></location>
            <source>there is one of that name already</source>
            <translation>已有同名的权重</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <source>Sentinel-1 bands</source>
            <translation>Sentinel-1 波段</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>choose one of {PRODUCT_LEVELS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {PRODUCT_LEVELS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>it names {chosen} bands, but «{layer}» has {count}</source>
            <extracomment>phrase</extracomment>
            <translation>它列出了 {chosen} 个波段，而“{layer}”有 {count} 个</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s2.py"></location>
            <source>{text} is not one of {S2_BANDS} or -</source>
            <extracomment>phrase</extracomment>
            <translation>{text} 不属于 {S2_BANDS}，也不是 -</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{name} is there twice</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 出现了两次</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>they are called B1 to B{count} in sequence, without B8A, which may be just their numbers</source>
            <extracomment>phrase</extracomment>
            <translation>它们依次称为 B1 至 B{count}，而没有 B8A，这可能只是编号</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{twice} is there more than once</source>
            <extracomment>phrase</extracomment>
            <translation>{twice} 出现不止一次</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>only some of them are named</source>
            <extracomment>phrase</extracomment>
            <translation>其中只有一部分有名称</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <source>by the names of the bands</source>
            <extracomment>phrase</extracomment>
            <translation>按波段名称</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>they are not named as such, and there are not 10, 12 or 13 of them</source>
            <extracomment>phrase</extracomment>
            <translation>它们没有相应的名称，数目也不是 10、12 或 13</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>unnamed; {count} bands taken as {names}, {names2}, … {names3}</source>
            <extracomment>phrase</extracomment>
            <translation>没有名称；{count} 个波段视为 {names}、{names2}……{names3}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <location filename="../model/training/adapt.py"></location>
            <source>it has to be greater than 0</source>
            <extracomment>phrase</extracomment>
            <translation>必须大于 0</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <source>unnamed; the first two bands taken as VV and VH</source>
            <extracomment>phrase</extracomment>
            <translation>没有名称；前两个波段视为 VV 和 VH</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>it needs two different numbers from 1 to {count}, of VV and of VH</source>
            <extracomment>phrase</extracomment>
            <translation>需要 1 至 {count} 中两个不同的编号，分别为 VV 和 VH</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <source>by the name of one of the two bands</source>
            <extracomment>phrase</extracomment>
            <translation>按两个波段之一的名称</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>choose one of {S1_UNITS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {S1_UNITS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>units as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>单位按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>values from {low} to {high} are dB</source>
            <extracomment>phrase</extracomment>
            <translation>{low} 至 {high} 的数值为 dB</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>linear amplitude</source>
            <extracomment>phrase</extracomment>
            <translation>线性振幅</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>values from {low} to {high} are {linear}</source>
            <extracomment>phrase</extracomment>
            <translation>{low} 至 {high} 的数值为{linear}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, not calibrated; a mean calibration is applied</source>
            <extracomment>phrase</extracomment>
            <translation>，未经定标；采用平均定标</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, unless they are dB that somebody has scaled to 0–1</source>
            <extracomment>phrase</extracomment>
            <translation>，除非它们是被缩放到 0–1 的 dB</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, but may be {linear} as well</source>
            <extracomment>phrase</extracomment>
            <translation>，但也可能是{linear}</translation>
        </message>
        <message>
            <location filename="../model/cloud_detection.py"></location>
            <source>choose auto, spectral, csmask or band</source>
            <extracomment>phrase</extracomment>
            <translation>请选择 auto、spectral、csmask 或 band</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>mask kind</source>
            <extracomment>phrase</extracomment>
            <translation>云掩膜类型</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>a mask that is not 0 where there is cloud</source>
            <extracomment>phrase</extracomment>
            <translation>非 0 处为云的掩膜</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>a mask that is 0 where there is cloud</source>
            <extracomment>phrase</extracomment>
            <translation>0 处为云的掩膜</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>the classes of Detect clouds</source>
            <extracomment>phrase</extracomment>
            <translation>“云和阴影检测”的类别</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>the scene classification of Level-2A (SCL)</source>
            <extracomment>phrase</extracomment>
            <translation>Level-2A 的场景分类（SCL）</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>the bits of QA60</source>
            <extracomment>phrase</extracomment>
            <translation>QA60 的标志位</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>the classes of Fmask</source>
            <extracomment>phrase</extracomment>
            <translation>Fmask 的类别</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>the probability of cloud</source>
            <extracomment>phrase</extracomment>
            <translation>云概率</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>Cloud Score+, which is high where it is clear</source>
            <extracomment>phrase</extracomment>
            <translation>Cloud Score+（无云处数值高）</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>MSK_CLASSI, opaque cloud and cirrus</source>
            <extracomment>phrase</extracomment>
            <translation>MSK_CLASSI（不透明云和卷云）</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>as detected</source>
            <extracomment>phrase</extracomment>
            <translation>由检测所得</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>choose one of {MASK_KINDS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {MASK_KINDS} 中选择一个</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>{KIND_WORDS}, as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>{KIND_WORDS}，按所选</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>values {words} are taken for a mask that was made of {words2}, and is not 0 where there is cloud</source>
            <extracomment>phrase</extracomment>
            <translation>数值 {words} 视为由{words2}制成的掩膜，非 0 处为云</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>{KIND_WORDS}, by the name {text}</source>
            <extracomment>phrase</extracomment>
            <translation>{KIND_WORDS}，依据名称 {text}</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>MSK_CLASSI has two bands, opaque cloud and cirrus, and this has 1</source>
            <extracomment>phrase</extracomment>
            <translation>MSK_CLASSI 有两个波段（不透明云和卷云），而它只有 1 个</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <location filename="../model/evaluate.py"></location>
            <source>it has {count} bands</source>
            <extracomment>phrase</extracomment>
            <translation>它有 {count} 个波段</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>from {low} to {high}</source>
            <extracomment>phrase</extracomment>
            <translation>从 {low} 到 {high}</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>values {words} are taken for {KIND_WORDS}</source>
            <extracomment>phrase</extracomment>
            <translation>数值 {words} 视为{KIND_WORDS}</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>it is called after clear ground, and its values {words} do not say which of them is cloud</source>
            <extracomment>phrase</extracomment>
            <translation>它以无云地面命名，而其数值 {words} 并不说明哪个是云</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>clear or binary</source>
            <extracomment>phrase</extracomment>
            <translation>“非 0 处无云”或“非 0 处为云”</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>values {value} are taken for {KIND_WORDS}</source>
            <extracomment>phrase</extracomment>
            <translation>数值 {value} 视为{KIND_WORDS}</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>its values {words} may be a probability of cloud, or Cloud Score+, which is high on clear ground</source>
            <extracomment>phrase</extracomment>
            <translation>其数值 {words} 可能是云概率，也可能是无云处数值高的 Cloud Score+</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>probability or cloud_score</source>
            <extracomment>phrase</extracomment>
            <translation>“云概率”或“Cloud Score+”</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>classes: 0 clear, 1 cloud, 2 shadow, 3 thin cloud</source>
            <extracomment>phrase</extracomment>
            <translation>类别：0 无云，1 云，2 阴影，3 薄云</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>values {words} are taken for {words2}</source>
            <extracomment>phrase</extracomment>
            <translation>数值 {words} 视为{words2}</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>the probability of cloud in percent</source>
            <extracomment>phrase</extracomment>
            <translation>云概率（百分比）</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>its values {words} may be classes of Fmask or of the scene classification of Level-2A</source>
            <extracomment>phrase</extracomment>
            <translation>其数值 {words} 可能是 Fmask 的类别，也可能是 Level-2A 场景分类的类别</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>fmask or scl</source>
            <extracomment>phrase</extracomment>
            <translation>“Fmask 类别”或“Level-2A 的场景分类（SCL）”</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>its values are {words}, which no product has</source>
            <extracomment>phrase</extracomment>
            <translation>其数值为 {words}，没有产品是这样的</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>its values {words} are not {KIND_WORDS}</source>
            <extracomment>phrase</extracomment>
            <translation>其数值 {words} 不是{KIND_WORDS}</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>what it is</source>
            <extracomment>phrase</extracomment>
            <translation>它实际的类型</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>its values {words} may be a mask that was made of {KIND_WORDS}</source>
            <extracomment>phrase</extracomment>
            <translation>其数值 {words} 可能是由{KIND_WORDS}制成的掩膜</translation>
        </message>
        <message>
            <location filename="../model/clouds/product_masks.py"></location>
            <source>binary, clear or {kind}</source>
            <extracomment>phrase</extracomment>
            <translation>“非 0 处为云”、“非 0 处无云”或 {kind}</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>band kind</source>
            <extracomment>phrase</extracomment>
            <translation>波段内容</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>band number</source>
            <extracomment>phrase</extracomment>
            <translation>波段编号</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>Clouds are looked for by the method {name}.</source>
            <extracomment>phrase</extracomment>
            <translation>寻找云的方法：{name}。</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <location filename="../model/evaluate.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <location filename="../model/prepare_s2.py"></location>
            <location filename="../model/reconstruct.py"></location>
            <location filename="../model/simulate_clouds.py"></location>
            <source>Writing overviews</source>
            <extracomment>phrase</extracomment>
            <translation>正在写入金字塔</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>«{name}» tells of no pixel whether it is clear: all of the result is unknown.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”没有说明任何像元是否无云：结果全部未知。</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <location filename="../model/evaluate.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <location filename="../model/prepare_s2.py"></location>
            <location filename="../model/reconstruct.py"></location>
            <location filename="../model/reconstruct_folder.py"></location>
            <location filename="../model/simulate_clouds.py"></location>
            <location filename="../model/training/adapt.py"></location>
            <source>Done</source>
            <extracomment>phrase</extracomment>
            <translation>完成</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>detected clouds and shadows</source>
            <extracomment>phrase</extracomment>
            <translation>检测到的云和阴影</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>Looking for clouds and shadows</source>
            <extracomment>phrase</extracomment>
            <translation>正在寻找云和阴影</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <location filename="../model/reconstruct.py"></location>
            <source>choose one of {DETECTION_METHODS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {DETECTION_METHODS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <location filename="../model/reconstruct.py"></location>
            <source>it has to be 0 or more</source>
            <extracomment>phrase</extracomment>
            <translation>必须不小于 0</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>it goes with the method «band», and that is «{method}»; leave it out, or choose that</source>
            <extracomment>phrase</extracomment>
            <translation>它须与方法“band”一起使用，而当前方法为“{method}”；请去掉它，或选择该方法</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>it needs the product's own band: choose the layer with it, or another method</source>
            <extracomment>phrase</extracomment>
            <translation>需要产品自带的波段：请选择含有它的图层，或选择其他方法</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>choose one of {PRODUCT_BANDS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {PRODUCT_BANDS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <source>«{name}» has {count} band(s)</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”有 {count} 个波段</translation>
        </message>
        <message>
            <location filename="../model/detect_clouds.py"></location>
            <location filename="../model/scene.py"></location>
            <source>it does not overlap «{name}»</source>
            <extracomment>phrase</extracomment>
            <translation>它与“{name}”不重叠</translation>
        </message>
        <message>
            <location filename="../model/devices.py"></location>
            <source>it computes 3 × 3 convolutions wrongly ({answer})</source>
            <extracomment>phrase</extracomment>
            <translation>它计算 3 × 3 卷积的结果有误（{answer}）</translation>
        </message>
        <message>
            <location filename="../model/dispatch.py"></location>
            <source>the output</source>
            <extracomment>phrase</extracomment>
            <translation>输出</translation>
        </message>
        <message>
            <location filename="../model/dispatch.py"></location>
            <source>it lacks the package scikit-learn, which earlier versions of the plugin did not need</source>
            <extracomment>phrase</extracomment>
            <translation>它缺少软件包 scikit-learn，插件的早期版本并不需要它</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it does not say how it was made</source>
            <extracomment>phrase</extracomment>
            <translation>它没有说明自己是如何生成的</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made with {option} {before}, not {now}</source>
            <extracomment>phrase</extracomment>
            <translation>它是用 {option} {before} 生成的，而不是 {now}</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made with the clear dates {before}, not {now}</source>
            <extracomment>phrase</extracomment>
            <translation>它由无云日期 {before} 生成，而非 {now}</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made with the weights {name}, not {name2}</source>
            <extracomment>phrase</extracomment>
            <translation>它是用权重 {name} 生成的，而不是 {name2}</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made with other weights</source>
            <extracomment>phrase</extracomment>
            <translation>它是用其他权重生成的</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made from «{before}», not from «{now}»</source>
            <extracomment>phrase</extracomment>
            <translation>它是由“{before}”生成的，而不是“{now}”</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made without «{now}»</source>
            <extracomment>phrase</extracomment>
            <translation>它生成时没有使用“{now}”</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>it was made with «{before}»</source>
            <extracomment>phrase</extracomment>
            <translation>它生成时使用了“{before}”</translation>
        </message>
        <message>
            <location filename="../model/earlier_results.py"></location>
            <source>«{name}» is newer than it</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”比它更新</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» cannot be read: {detail}. Check that the file is complete and that it is a raster.</source>
            <extracomment>error</extracomment>
            <translation>无法读取“{layer}”：{detail}。请检查文件是否完整，以及它是否为栅格。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» is a rendered or remote layer ({provider}), which holds colours, not measurements. Download the Sentinel data as a raster file and choose that layer.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”是经过渲染的图层或远程图层（{provider}），其中是颜色而不是测量值。请将 Sentinel 数据下载为栅格文件，并选择该图层。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» has no georeference, so it cannot be placed on the other layer. Assign a coordinate reference system and a geotransform to it (Raster ▸ Georeferencer).</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”没有地理参照，因此无法与另一图层对齐。请为其指定坐标参照系和地理变换（栅格 ▸ 配准工具）。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{s1}» and «{s2}» do not overlap. Choose a Sentinel-1 and a Sentinel-2 layer of the same place, and check the coordinate reference system of both.</source>
            <extracomment>error</extracomment>
            <translation>“{s1}”与“{s2}”不重叠。请选择同一地点的 Sentinel-1 图层和 Sentinel-2 图层，并检查两者的坐标参照系。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The chosen extent lies outside «{layer}». Choose an extent that overlaps the layer.</source>
            <extracomment>error</extracomment>
            <translation>所选范围位于“{layer}”之外。请选择与该图层重叠的范围。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» has {count} band(s), but Sentinel-1 needs two: VV and VH. Merge both polarisations into one raster and choose that layer.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”有 {count} 个波段，而 Sentinel-1 需要两个：VV 和 VH。请将两个极化合并为一个栅格，并选择该图层。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» holds {found}, but the network was made for VV and VH. Choose a layer with both, or name their numbers in «Sentinel-1 VV band» and «Sentinel-1 VH band».</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”含有 {found}，而网络适用于 VV 和 VH。请选择两者兼有的图层，或在“Sentinel-1 VV 波段”和“Sentinel-1 VH 波段”中给出它们的编号。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The bands of «{layer}» have no names, and the two taken as VV and VH seem to be the other way round: VV is at {vv} dB and VH at {vh} dB, but VV is the brighter one nearly everywhere. Name their numbers in «Sentinel-1 VV band» and «Sentinel-1 VH band», or name the bands in the file.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”的波段没有名称，而被当作 VV 和 VH 的两个波段似乎颠倒了：VV 为 {vv} dB，VH 为 {vh} dB，但几乎在任何地方都是 VV 更亮。请在“Sentinel-1 VV 波段”和“Sentinel-1 VH 波段”中给出它们的编号，或在文件中为波段命名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The bands of «{layer}» ({count}) cannot be told apart: {detail}. Choose another layer, or name them in «Sentinel-2 bands», in the order of the file, for example B2,B3,B4,B8,B11,B12.</source>
            <extracomment>error</extracomment>
            <translation>无法识别“{layer}”的波段（{count} 个）：{detail}。请选择其他图层，或在“Sentinel-2 波段”中按文件中的顺序列出名称，例如 B2,B3,B4,B8,B11,B12。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» lacks the band(s) {bands}, without which nothing can be reconstructed. Choose a layer with at least B2, B3, B4, B8, B11 and B12, or name its bands in «Sentinel-2 bands».</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”缺少波段 {bands}，没有它们就无法重建。请选择至少含有 B2、B3、B4、B8、B11 和 B12 的图层，或在“Sentinel-2 波段”中列出其波段名称。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{s1}» looks like Sentinel-2 and «{s2}» like Sentinel-1. The two layers seem to be swapped: exchange them and run again.</source>
            <extracomment>error</extracomment>
            <translation>“{s1}”像是 Sentinel-2，而“{s2}”像是 Sentinel-1。两个图层似乎弄反了：请交换后重新运行。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» is chosen both as Sentinel-1 and as Sentinel-2. Choose the radar layer as the first and the optical layer as the second.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”同时被选为 Sentinel-1 和 Sentinel-2。请将雷达图层选为前者，将光学图层选为后者。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not hold Sentinel-1 backscatter: its values run from {low} to {high}. Choose calibrated VV and VH (GRD, sigma0 or gamma0), and set «Sentinel-1 units» if they are not found by themselves.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不是 Sentinel-1 后向散射：其数值为 {low} 至 {high}。请选择经定标的 VV 和 VH（GRD，sigma0 或 gamma0）；若单位未能自动识别，请设置“Sentinel-1 单位”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not hold Sentinel-1 backscatter: its values run from {low} to {high}, and {fill} looks like nodata that nobody declared. Declare it (Raster ▸ Conversion ▸ Translate, «Assign a specified NoData value», or in a shell: gdal_edit.py -a_nodata {fill}), and run again.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不含 Sentinel-1 后向散射：其值从 {low} 到 {high}，而 {fill} 像是没有声明的无数据值。请声明它（栅格 ▸ 转换 ▸ 转换格式，“给输出波段指定 NoData 值”，或在命令行中：gdal_edit.py -a_nodata {fill}），然后再次运行。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not hold Sentinel-2 reflectance: its values run from {low} to {high}. Choose the original bands, not a rendered picture, or set «Sentinel-2 scale».</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不是 Sentinel-2 反射率：其数值为 {low} 至 {high}。请选择原始波段而非渲染后的图片，或设置“Sentinel-2 比例”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not hold Sentinel-2 reflectance: its values run from {low} to {high}, and {fill} looks like nodata that nobody declared. Declare it (Raster ▸ Conversion ▸ Translate, «Assign a specified NoData value», or in a shell: gdal_edit.py -a_nodata {fill}), and run again.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不含 Sentinel-2 反射率：其值从 {low} 到 {high}，而 {fill} 像是没有声明的无数据值。请声明它（栅格 ▸ 转换 ▸ 转换格式，“给输出波段指定 NoData 值”，或在命令行中：gdal_edit.py -a_nodata {fill}），然后再次运行。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» holds complex numbers (an SLC product). Convert it to intensity first, or choose the GRD product of the same date.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”含有复数（SLC 产品）。请先将其转换为强度，或选择同一日期的 GRD 产品。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» has no valid pixel in the chosen region: all of it is nodata. Choose another layer or extent.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”在所选区域内没有有效像素：全部为无数据值。请选择其他图层或范围。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The cloud mask «{layer}» cannot be used: {detail}. Choose a one-band raster in which clouds are not 0.</source>
            <extracomment>error</extracomment>
            <translation>云掩膜“{layer}”无法使用：{detail}。请选择云处不为 0 的单波段栅格。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The cloud mask «{layer}» is not understood: {detail}. Set «Cloud mask kind» to {kinds}.</source>
            <extracomment>error</extracomment>
            <translation>无法理解云掩膜“{layer}”：{detail}。请将“云掩膜类型”设为{kinds}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{prediction}» and «{reference}» do not lie pixel on pixel: {detail}. Choose two rasters of the same place, pixel size and coordinate reference system.</source>
            <extracomment>error</extracomment>
            <translation>“{prediction}”与“{reference}”的像素未能逐一对齐：{detail}。请选择地点、像素大小和坐标参照系均相同的两个栅格。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not overlap «{prediction}», so there is nothing to compare. Choose a layer of the same place, and check the coordinate reference system of both.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”与“{prediction}”不重叠，没有可比较的内容。请选择同一地点的图层，并检查两者的坐标参照系。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» and «{reference}» have no valid pixel in common: where one has values, the other has nodata. Choose layers of the same place with values there.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”与“{reference}”没有共同的有效像素：一方有数值之处，另一方为无数据值。请选择在该地点有数值的图层。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{prediction}» ({bands}) and «{reference}» ({others}) have no Sentinel-2 band in common. Choose layers with the same bands, or name them in «Sentinel-2 bands».</source>
            <extracomment>error</extracomment>
            <translation>“{prediction}”（{bands}）与“{reference}”（{others}）没有共同的 Sentinel-2 波段。请选择波段相同的图层，或在“Sentinel-2 波段”中列出其名称。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{product}» cannot be used as a Sentinel-2 product: {detail}. Choose a .SAFE folder or its .zip, complete and as it was downloaded.</source>
            <extracomment>error</extracomment>
            <translation>“{product}”无法用作 Sentinel-2 产品：{detail}。请选择完整的、按原样下载的 .SAFE 文件夹或其 .zip。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» comes with no cloud mask (SCL, MSK_CLASSI, MSK_CLOUDS or QA60). Leave the output of the cloud mask out.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”没有自带的云掩膜（SCL、MSK_CLASSI、MSK_CLOUDS 或 QA60）。请不要输出云掩膜。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» shows too little clear ground to adapt to: {found} clear pixels, and {needed} are needed. Add clear dates of the same place, choose a larger region, or give a cloud mask in which clear pixels are 0.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”的无云地面太少，无法适应：只有 {found} 个无云像素，而需要 {needed} 个。请添加同一地点的无云日期，选择更大的区域，或提供无云像素为 0 的云掩膜。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» cannot be used as a data set: {detail}. The README section «Train on your own data» shows the layouts.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”无法用作数据集：{detail}。README 中“使用自己的数据训练”一节说明了目录结构。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>There is no pair of Sentinel-1 and Sentinel-2 in «{folder}»: {detail}. It needs files called like NAME_s1.tif and NAME_s2.tif or NAME_s2_cloudy.tif, or folders s1 and s2 with files of equal names.</source>
            <extracomment>error</extracomment>
            <translation>“{folder}”中没有 Sentinel-1 与 Sentinel-2 的文件对：{detail}。需要名为 NAME_s1.tif 与 NAME_s2.tif 或 NAME_s2_cloudy.tif 的文件，或者文件夹 s1 和 s2，其中文件同名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» cannot be used as a list of scenes: {detail}. It needs a first line with s1,s2 and, if wanted, mask and output, and then a line with the files of each scene.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”无法用作场景清单：{detail}。首行须为 s1,s2，可另有 mask 和 output，之后每个场景一行，列出其文件。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» was not made by Remove clouds, or by another program since, so nobody knows from what. Choose an image that Remove clouds made.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不是由“云去除”生成，或此后被其他程序改写，因此无从得知其来源。请选择由“云去除”生成的图像。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» was made by an earlier version, which did not note in full how. Run Remove clouds again to inspect it.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”由较早的版本生成，没有完整记录生成方式。要查看它，请重新运行“云去除”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» was not made by Remove clouds, and neither was any layer of this project from it. Run Remove clouds first, then click into its result or into the cloudy layer.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不是由“云去除”生成，此工程中也没有由它生成的图层。请先运行“云去除”，再点击其结果或有云图层。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>There is no result of Remove clouds at this place in the project. Run Remove clouds, or open its result.</source>
            <extracomment>error</extracomment>
            <translation>工程中此处没有“云去除”的结果。请运行“云去除”，或打开其结果。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» cannot be inspected: the {role} file «{path}», from which it was made, is no longer there. Put it back, or beside the result.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”无法查看：生成它所用的{role}文件“{path}”已不存在。请将其放回原处，或放在结果旁边。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>This place lies outside «{layer}». Click inside of it.</source>
            <extracomment>error</extracomment>
            <translation>此处位于“{layer}”之外。请在其范围内点击。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The method «{method}» needs the packages {packages}, which the compute environment does not have ({detail}). In «Set up compute environment…» of the menu SAR Cloud Removal, tick the cloud detection network and press Repair; or choose the method «spectral», which needs no more packages.</source>
            <extracomment>error</extracomment>
            <translation>方法“{method}”需要软件包 {packages}，计算环境中没有它们（{detail}）。请在菜单 SAR Cloud Removal 的“设置计算环境…”中勾选云检测网络并按“修复”；或选择方法“spectral”，它不需要更多软件包。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The option «{option}» has the value «{value}», which does not work: {detail}.</source>
            <extracomment>error</extracomment>
            <translation>选项“{option}”的值“{value}”不可用：{detail}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» cannot be written: {detail}. Choose a folder that exists and that you may write to.</source>
            <extracomment>error</extracomment>
            <translation>无法写入“{path}”：{detail}。请选择已存在且您有写入权限的文件夹。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The output «{path}» is also an input. Choose another file name.</source>
            <extracomment>error</extracomment>
            <translation>输出“{path}”同时也是输入。请选择其他文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Two outputs have the same file name, «{path}». Give each its own.</source>
            <extracomment>error</extracomment>
            <translation>两个输出的文件名相同，均为“{path}”。请分别命名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» is not a GeoTIFF. Choose a file name that ends in .tif.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”不是 GeoTIFF。请选择以 .tif 结尾的文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» is no name for weights. Choose a file name that ends in .safetensors.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”不能作为权重的文件名。请选择以 .safetensors 结尾的文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» is no name for this output. Choose a file name that ends in {ending}.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”不能作为此输出的文件名。请选择以 {ending} 结尾的文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>There is not enough room for «{path}»: {detail}. Free some space or choose another disk.</source>
            <extracomment>error</extracomment>
            <translation>没有足够的空间存放“{path}”：{detail}。请释放空间或选择其他磁盘。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>There is no model «{model}». Those there are: {known}. A path to a .safetensors file works too.</source>
            <extracomment>error</extracomment>
            <translation>没有名为“{model}”的模型。现有的为：{known}。也可以给出 .safetensors 文件的路径。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The weights «{path}» cannot be used: {detail}. Choose weights that this plugin made.</source>
            <extracomment>error</extracomment>
            <translation>权重“{path}”无法使用：{detail}。请选择由本插件生成的权重。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute environment is not set up yet. Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install.</source>
            <extracomment>error</extracomment>
            <translation>计算环境尚未设置。请打开“插件 ▸ SAR Cloud Removal ▸ 设置计算环境”，并点击“安装”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute environment at «{interpreter}» does not work: {detail}. Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Repair, or Install again.</source>
            <extracomment>error</extracomment>
            <translation>位于“{interpreter}”的计算环境无法工作：{detail}。请打开“插件 ▸ SAR Cloud Removal ▸ 设置计算环境”，并点击“修复”或“重新安装”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute environment could not be installed: {detail}</source>
            <extracomment>error</extracomment>
            <translation>计算环境安装失败：{detail}</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The device «{device}» is not there. Those there are: {known}.</source>
            <extracomment>error</extracomment>
            <translation>没有设备“{device}”。现有的为：{known}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The device «{device}» has too little memory even for one tile of {tile} pixels. Close other programs that use it, or choose the device «cpu».</source>
            <extracomment>error</extracomment>
            <translation>设备“{device}”的内存连一个 {tile} 像素的分块也容不下。请关闭使用它的其他程序，或选择设备“cpu”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The memory limit of {limit} GB is too low: with tiles of {tile} pixels about {least} GB are needed at least. Raise the limit, or choose smaller tiles.</source>
            <extracomment>error</extracomment>
            <translation>内存上限 {limit} GB 过低：分块为 {tile} 像素时，至少约需 {least} GB。请提高上限，或选择更小的分块。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute process ended unexpectedly ({detail}). Nothing was written; run again. The log has its last words.</source>
            <extracomment>error</extracomment>
            <translation>计算进程意外结束（{detail}）。没有写入任何内容；请重新运行。日志中有其最后的输出。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Something went wrong that should not: {detail}. Nothing was written. The log holds the details; please report them.</source>
            <extracomment>error</extracomment>
            <translation>发生了不应出现的错误：{detail}。没有写入任何内容。详情见日志；请将其报告给我们。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Another run is under way in this window. Wait until it has ended, then run again.</source>
            <extracomment>error</extracomment>
            <translation>此窗口中正在进行另一次运行。请等它结束后再运行。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Cancelled; nothing was written.</source>
            <extracomment>error</extracomment>
            <translation>已取消；没有写入任何内容。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Cancelled after {done} of {count} scenes. What is done is kept, and «{report}» lists it; run again to go on with the others.</source>
            <extracomment>error</extracomment>
            <translation>已取消：{count} 个场景中完成了 {done} 个。已完成的予以保留，并列于“{report}”；再次运行可继续其余场景。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>None of the {count} scenes could be reconstructed. The first one, «{scene}»: {detail} The report «{report}» tells of all.</source>
            <extracomment>error</extracomment>
            <translation>{count} 个场景均无法重建。第一个“{scene}”：{detail} 全部情况见报告“{report}”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The training was interrupted after {steps} steps; «{checkpoint}» holds its state. To go on, give the same command with --resume {checkpoint}.</source>
            <extracomment>error</extracomment>
            <translation>训练在 {steps} 步后中断；其状态保存在“{checkpoint}”中。要继续，请在同一命令后加上 --resume {checkpoint}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The gradient of step {step} is not finite, at a learning rate of {lr}. Choose a lower learning rate, or the precision float32, and begin again.</source>
            <extracomment>error</extracomment>
            <translation>第 {step} 步的梯度不是有限值，学习率为 {lr}。请选择更低的学习率或 float32 精度，然后重新开始。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The training of {runs} failed: {detail}. The log «{log}» says more; all else is done. Give the same command again to go on with what is missing.</source>
            <extracomment>error</extracomment>
            <translation>{runs} 的训练失败：{detail}。详情见日志“{log}”；其余均已完成。再次执行同一命令即可继续未完成的部分。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>unknown error</source>
            <extracomment>phrase</extracomment>
            <translation>未知错误</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <location filename="../model/prepare_s1.py"></location>
            <source>«{name}»: {reason}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{reason}。</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>Compared: {common}.</source>
            <extracomment>phrase</extracomment>
            <translation>参与比较：{common}。</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>Comparing</source>
            <extracomment>phrase</extracomment>
            <translation>正在比较</translation>
        </message>
        <message>
            <location filename="../model/inspection.py"></location>
            <source>give a result, or both rasters that one is made from</source>
            <extracomment>phrase</extracomment>
            <translation>请给出一个结果，或生成它的两个栅格</translation>
        </message>
        <message>
            <location filename="../model/inspection.py"></location>
            <source>a result is given too, which says itself how it was made; leave one of the two out</source>
            <extracomment>phrase</extracomment>
            <translation>同时还给出了结果，而它自己说明了是如何生成的；请去掉两者之一</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>the file is damaged or is no safetensors file ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>文件已损坏或不是 safetensors 文件（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>they are of another version or network ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它们属于其他版本或网络（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>they do not fit their network ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它们与其网络不符（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>it was not made by this plugin</source>
            <extracomment>phrase</extracomment>
            <translation>它不是由本插件生成的</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>it has no band of the cloudy image</source>
            <extracomment>phrase</extracomment>
            <translation>它没有有云图像中的任何波段</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>there are {clear} of them; {MOST_DATES} at most help</source>
            <extracomment>phrase</extracomment>
            <translation>共有 {clear} 个；最多 {MOST_DATES} 个有帮助</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>it is the cloudy image itself</source>
            <extracomment>phrase</extracomment>
            <translation>它就是有云图像本身</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>Clear date «{name}»</source>
            <extracomment>phrase</extracomment>
            <translation>无云日期“{name}”</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>; no Sentinel-1 of that date</source>
            <extracomment>phrase</extracomment>
            <translation>；没有该日期的 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>{name}: its ground lies {rows} rows and {columns} columns off, which is corrected{radar}.</source>
            <extracomment>phrase</extracomment>
            <translation>{name}：其地面偏移 {rows} 行、{columns} 列，已校正{radar}。</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/clear_dates.py"></location>
            <source>{name}: lies on the cloudy image to within {LEAST_SHIFT} pixels, or nothing says otherwise{radar}.</source>
            <extracomment>phrase</extracomment>
            <translation>{name}：与有云图像的偏差在 {LEAST_SHIFT} 个像素以内，或没有相反的迹象{radar}。</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/ground.py"></location>
            <source>it takes {gain} of the error away on withheld clear ground</source>
            <extracomment>phrase</extracomment>
            <translation>在留出的无云地面上，它消除了 {gain} 的误差</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/ground.py"></location>
            <source>too little of the image is clear to learn from; it is moved to today by the radar alone</source>
            <extracomment>phrase</extracomment>
            <translation>图像中可供学习的无云地面太少；仅凭雷达将其推算到今天</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/ground.py"></location>
            <source>{without} without it, {with_it} with it</source>
            <extracomment>phrase</extracomment>
            <translation>不用它时为 {without}，用它时为 {with_it}</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/ground.py"></location>
            <source>left out, as it does not help on withheld clear ground (error {errors})</source>
            <extracomment>phrase</extracomment>
            <translation>已舍去，因为在留出的无云地面上没有帮助（误差{errors}）</translation>
        </message>
        <message>
            <location filename="../model/operations/reconstruct/ground.py"></location>
            <source>not needed, as no ground is hidden</source>
            <extracomment>phrase</extracomment>
            <translation>不需要，因为没有被遮挡的地面</translation>
        </message>
        <message>
            <location filename="../model/optical_image.py"></location>
            <location filename="../model/scene.py"></location>
            <source>«{name}»: {names} ({reason}); {reason2}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{names}（{reason}）；{reason2}。</translation>
        </message>
        <message>
            <location filename="../model/partial_files.py"></location>
            <location filename="../model/raster.py"></location>
            <source>no file name is given</source>
            <extracomment>phrase</extracomment>
            <translation>没有给出文件名</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <location filename="../model/training/adapt.py"></location>
            <source>their answer is not finite</source>
            <extracomment>phrase</extracomment>
            <translation>其结果不是有限值</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <source>The device {device} has too little memory: the batch is now {batch}.</source>
            <extracomment>phrase</extracomment>
            <translation>设备 {device} 内存不足：批大小现为 {batch}。</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <source>The device {device} has too little memory: tiles are computed in parts of {smaller} pixels.</source>
            <extracomment>phrase</extracomment>
            <translation>设备 {device} 内存不足：分块按 {smaller} 像素的小块计算。</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <source>choose one of {PRECISIONS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {PRECISIONS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>speckle filter</source>
            <extracomment>phrase</extracomment>
            <translation>斑点滤波器</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>choose one of {SPECKLE_FILTERS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {SPECKLE_FILTERS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>it has to be an odd number from 3 to 33</source>
            <extracomment>phrase</extracomment>
            <translation>必须是 3 至 33 的奇数</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>give one file with VV and VH, or two files</source>
            <extracomment>phrase</extracomment>
            <translation>请给出一个含有 VV 和 VH 的文件，或两个文件</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>by the names of the layers</source>
            <extracomment>phrase</extracomment>
            <translation>按图层名称</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>by the name of one of the two layers</source>
            <extracomment>phrase</extracomment>
            <translation>按两个图层之一的名称</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>unnamed; the first layer taken as VV and the second as VH</source>
            <extracomment>phrase</extracomment>
            <translation>没有名称；第一个图层视为 VV，第二个视为 VH</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>{width} × {height} and {width2} × {height2} pixels</source>
            <extracomment>phrase</extracomment>
            <translation>{width} × {height} 与 {width2} × {height2} 像素</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>their grids differ</source>
            <extracomment>phrase</extracomment>
            <translation>它们的格网不同</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>«{name}» has {count} bands</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”有 {count} 个波段</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>VV is band {vv_number} of «{name}», VH is band {vh_number} of «{name2}» ({reason}).</source>
            <extracomment>phrase</extracomment>
            <translation>VV 为“{name}”的波段 {vv_number}，VH 为“{name2}”的波段 {vh_number}（{reason}）。</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>Filtering window {done} of {total}</source>
            <extracomment>phrase</extracomment>
            <translation>正在滤波：窗口 {done} / {total}</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <location filename="../model/prepare_s2.py"></location>
            <source>Window {done} of {total}</source>
            <extracomment>phrase</extracomment>
            <translation>窗口 {done} / {total}</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>, {looks} looks</source>
            <extracomment>phrase</extracomment>
            <translation>，视数 {looks}</translation>
        </message>
        <message>
            <location filename="../model/prepare_s1.py"></location>
            <source>, {window} pixels</source>
            <extracomment>phrase</extracomment>
            <translation>，{window} 像素</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>«{title}»: {name}; {reason}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{title}”：{name}；{reason}。</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>give either a product or the layers of the bands</source>
            <extracomment>phrase</extracomment>
            <translation>请给出产品，或给出各波段的图层，二者只取其一</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>choose one of {RESAMPLINGS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {RESAMPLINGS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>processing baseline {value}, offset {offset}</source>
            <extracomment>phrase</extracomment>
            <translation>处理基线 {value}，偏移 {offset}</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>{sources} layers from {name} on</source>
            <extracomment>phrase</extracomment>
            <translation>从 {name} 起的 {sources} 个图层</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>band names</source>
            <extracomment>phrase</extracomment>
            <translation>波段名称</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>it names {names} bands, and the layers have {candidates}</source>
            <extracomment>phrase</extracomment>
            <translation>它列出了 {names} 个波段，而图层共有 {candidates} 个</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>{band} is there twice, in «{name}» and in «{name2}»</source>
            <extracomment>phrase</extracomment>
            <translation>{band} 出现两次，分别在“{name}”和“{name2}”中</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>Sentinel-2, {used} bands</source>
            <extracomment>phrase</extracomment>
            <translation>Sentinel-2，{used} 个波段</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>no file says what its numbers mean, so that is found from the values when they are used</source>
            <extracomment>phrase</extracomment>
            <translation>没有文件说明数值的含义，因此使用时由数值判断</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>scale / offset: {listed}</source>
            <extracomment>phrase</extracomment>
            <translation>比例 / 偏移：{listed}</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>Left out, as none of the 13 bands: {names}.</source>
            <extracomment>phrase</extracomment>
            <translation>已舍去（不属于 13 个波段）：{names}。</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>they are turned</source>
            <extracomment>phrase</extracomment>
            <translation>它们有旋转</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>they do not overlap</source>
            <extracomment>phrase</extracomment>
            <translation>它们不重叠</translation>
        </message>
        <message>
            <location filename="../model/prepare_s2.py"></location>
            <source>they have no georeference and differ in size</source>
            <extracomment>phrase</extracomment>
            <translation>它们没有地理参照，且大小不同</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>extent CRS</source>
            <translation>范围的 CRS</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>CRS of {name}</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 的坐标参照系</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the file is cut off, {missing} bytes or more are missing</source>
            <extracomment>phrase</extracomment>
            <translation>文件被截断，至少缺少 {missing} 字节</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it holds several rasters or none; choose one of them</source>
            <extracomment>phrase</extracomment>
            <translation>它含有多个栅格或没有栅格；请选择其中一个</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it is that of an extent, and none is given; give one, or leave it out</source>
            <extracomment>phrase</extracomment>
            <translation>它属于范围，而没有给出范围；请给出范围，或去掉它</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it needs left &lt; right and bottom &lt; top</source>
            <extracomment>phrase</extracomment>
            <translation>须满足左 &lt; 右且下 &lt; 上</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>CRS of the place</source>
            <extracomment>phrase</extracomment>
            <translation>该位置的坐标参照系</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>a block could not be written</source>
            <extracomment>phrase</extracomment>
            <translation>有一个数据块无法写入</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the file is not complete</source>
            <extracomment>phrase</extracomment>
            <translation>文件不完整</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it needs about {needed} or more, and {free} are free</source>
            <extracomment>phrase</extracomment>
            <translation>约需 {needed} 或更多，而剩余 {free}</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it is a folder</source>
            <extracomment>phrase</extracomment>
            <translation>它是文件夹</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the file is write-protected</source>
            <extracomment>phrase</extracomment>
            <translation>文件受写保护</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the folder does not exist</source>
            <extracomment>phrase</extracomment>
            <translation>文件夹不存在</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>{value}; if it is a layer of the project, remove it there first</source>
            <extracomment>phrase</extracomment>
            <translation>{value}；若它是工程中的图层，请先将其移除</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>it has to be between 0 and {tile}</source>
            <extracomment>phrase</extracomment>
            <translation>必须在 0 与 {tile} 之间</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>The memory limit of {limit} GB: tiles are computed one by one, in parts of {part} pixels.</source>
            <extracomment>phrase</extracomment>
            <translation>内存上限 {limit} GB：逐个计算分块，并分为 {part} 像素的小块。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>The memory limit of {limit} GB: the batch is {batch}.</source>
            <extracomment>phrase</extracomment>
            <translation>内存上限 {limit} GB：批大小为 {batch}。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>it has to be {least} or more</source>
            <extracomment>phrase</extracomment>
            <translation>必须不小于 {least}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>it has to be more than 0, in GB</source>
            <extracomment>phrase</extracomment>
            <translation>必须大于 0，单位为 GB</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>choose one of {COLOURS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {COLOURS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>choose one of {QUALITIES}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {QUALITIES} 中选择</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>give Sentinel-1, or a clear date of the same place</source>
            <extracomment>phrase</extracomment>
            <translation>请给出 Sentinel-1，或同一地点的无云日期</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>{MOST_DATES} clear dates at most are used; leave out those that are furthest in time</source>
            <extracomment>phrase</extracomment>
            <translation>最多使用 {MOST_DATES} 个无云日期；请去掉时间上最远的</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>the model {name} draws hidden ground by itself; leave this out, or choose another model</source>
            <extracomment>phrase</extracomment>
            <translation>模型 {name} 自行绘制被遮挡的地面；请不要使用此项，或选择其他模型</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>choose one of {KEEPS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {KEEPS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>a cloud mask is chosen too; leave it out, or choose «mask»</source>
            <extracomment>phrase</extracomment>
            <translation>同时选择了云掩膜；请不要选它，或选择“mask”</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>the model {name} has no SAR-guided attention; leave the map out</source>
            <extracomment>phrase</extracomment>
            <translation>模型 {name} 没有 SAR 引导的注意力；请不要输出该图</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>Tile {done} of {grid}</source>
            <extracomment>phrase</extracomment>
            <translation>分块 {done} / {grid}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>Clear date «{date}»: {date2}.</source>
            <extracomment>phrase</extracomment>
            <translation>无云日期“{date}”：{date2}。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>«{name}» has no value at {counts} pixels ({share} of those to be reconstructed); they are as cloudy as before.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”在 {counts} 个像素处没有数值（占待重建像素的 {share}）；这些像素的云保持原样。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>each scene with a mask keeps by it anyway; choose network or detected for those without one</source>
            <extracomment>phrase</extracomment>
            <translation>有掩膜的场景总是按掩膜保留；请为没有掩膜的场景选择 network 或 detected</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>{kept} of {pairs} scenes are there already and are kept.</source>
            <extracomment>phrase</extracomment>
            <translation>{pairs} 个场景中有 {kept} 个已有结果，予以保留。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}» is left out: {reason}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”未处理：{reason}。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>{error} It is tried again after the next scene.</source>
            <extracomment>phrase</extracomment>
            <translation>{error} 将在下一景之后重试。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>{detail}; {there} of {total} scenes are there and are kept, and «{report}» lists them</source>
            <extracomment>phrase</extracomment>
            <translation>{detail}；{total} 个场景中已有 {there} 个完成并保留，列于“{report}”</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>{words}. Run again when there is room, to go on from there</source>
            <extracomment>phrase</extracomment>
            <translation>{words}。有空间后请再次运行，即从该处继续</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}» is made anew, as its result is of no use: {wrong}</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”将重新生成，因为其结果无法使用：{wrong}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>Of the results that are kept, {scenes}: {remark}. To have such a result made anew, let results that are there be overwritten (--overwrite), or delete it.</source>
            <extracomment>phrase</extracomment>
            <translation>在保留的结果中，{scenes}：{remark}。若要重新生成，请允许覆盖已有结果（--overwrite），或将其删除。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}» has been done by another run meanwhile and is kept.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”在此期间已由另一次运行完成，予以保留。</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}»: done in {values} s, replaced {said}</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：完成，用时 {values} 秒，替换 {said}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}»: done in {values} s, cloud cover {said}</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：完成，用时 {values} 秒，云覆盖率 {said}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}» failed: {error}</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”失败：{error}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>Scene {index} of {count}</source>
            <extracomment>phrase</extracomment>
            <translation>场景 {index} / {count}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct_folder.py"></location>
            <source>«{name}»: {message}</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{message}</translation>
        </message>
        <message>
            <location filename="../model/requests.py"></location>
            <source>it is not understood ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>无法理解（{error}）</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}» is taken for Level-{upper}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”按 Level-{upper} 处理。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>{name} is band {number}</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 为波段 {number}</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}»: {numbers} ({reason}); {reason2}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{numbers}（{reason}）；{reason2}。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>The cloud mask «{name}»: {reason}.</source>
            <extracomment>phrase</extracomment>
            <translation>云掩膜“{name}”：{reason}。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>they do not overlap there</source>
            <extracomment>phrase</extracomment>
            <translation>它们在该处不重叠</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}» and «{name2}» have no georeference: laid on each other pixel by pixel.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”和“{name2}”没有地理参照：按像素逐一对应叠放。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}» has pixels of {side} m. The network knows what the ground looks like at 10 m: expect less of it.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”的像元为 {side} m。网络了解的是 10 m 时地面的样子：结果会差一些。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>The cloud mask «{name}»: {reason}. Set «Cloud mask kind» if that is wrong.</source>
            <extracomment>phrase</extracomment>
            <translation>云掩膜“{name}”：{reason}。如果不对，请设置“云掩膜类型”。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>The cloud mask «{name}» is nodata all over, which counts as clear: nothing is changed.</source>
            <extracomment>phrase</extracomment>
            <translation>云掩膜“{name}”全部为无数据值，这视为无云：不作任何改变。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>The cloud mask «{name}» leaves {share} of the scene clear: nearly all of it is reconstructed. Set «Cloud mask kind» if that is wrong.</source>
            <extracomment>phrase</extracomment>
            <translation>按云掩膜“{name}”，该景只有 {share} 无云：几乎全部都要重建。如果不对，请设置“云掩膜类型”。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{layer}»: {reason}. Set «Sentinel-1 units» if that is wrong.</source>
            <extracomment>phrase</extracomment>
            <translation>“{layer}”：{reason}。若有误，请设置“Sentinel-1 单位”。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{layer}»: {reason}. Set «Sentinel-2 offset» if that is wrong.</source>
            <extracomment>phrase</extracomment>
            <translation>“{layer}”：{reason}。若有误，请设置“Sentinel-2 偏移”。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}» lacks {missing}, estimated from the other bands.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”缺少 {missing}，已由其他波段估计。</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>give a folder or a list of scenes, one of the two</source>
            <extracomment>phrase</extracomment>
            <translation>请给出文件夹或场景清单，二者选一</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>it goes with a folder, not with a list, which names all files</source>
            <extracomment>phrase</extracomment>
            <translation>它与文件夹一起使用；清单已列出所有文件</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>«{found}» and «{path}» have the same name and role; the first is used</source>
            <extracomment>phrase</extracomment>
            <translation>“{found}”与“{path}”名称和角色相同；采用前者</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>nor has any of {incomplete} scenes both</source>
            <extracomment>phrase</extracomment>
            <translation>{incomplete} 个场景也都没有同时具备两者</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>no file there has such a name</source>
            <extracomment>phrase</extracomment>
            <translation>其中没有这样命名的文件</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>there is no Sentinel-1 of that name</source>
            <extracomment>phrase</extracomment>
            <translation>没有该名称的 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>there is no Sentinel-2 of that name</source>
            <extracomment>phrase</extracomment>
            <translation>没有该名称的 Sentinel-2</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>it is S2{separator}S1{separator2}MASK, of which the last two may be left out</source>
            <extracomment>phrase</extracomment>
            <translation>格式为 S2{separator}S1{separator2}MASK，后两项可以省略</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>there is no column {columns_missing}</source>
            <extracomment>phrase</extracomment>
            <translation>没有 {columns_missing} 列</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>line {line_num} lacks s1 or s2</source>
            <extracomment>phrase</extracomment>
            <translation>第 {line_num} 行缺少 s1 或 s2</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>line {line_num}: {error}</source>
            <extracomment>phrase</extracomment>
            <translation>第 {line_num} 行：{error}</translation>
        </message>
        <message>
            <location filename="../model/scene_pairs.py"></location>
            <source>there is no scene in it</source>
            <extracomment>phrase</extracomment>
            <translation>其中没有场景</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>its metadata name no image of {band}</source>
            <extracomment>phrase</extracomment>
            <translation>其元数据中没有 {band} 的图像</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>{name} declares entities, as no product does</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 声明了实体，而产品中不应有实体</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>{name} cannot be read ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 无法读取（{error}）</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>the file {name} is missing</source>
            <extracomment>phrase</extracomment>
            <translation>缺少文件 {name}</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>it is no complete .zip file ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它不是完整的 .zip 文件（{error}）</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>it is not there</source>
            <extracomment>phrase</extracomment>
            <translation>它不存在</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>it holds {count} products; choose one of them</source>
            <extracomment>phrase</extracomment>
            <translation>它含有 {count} 个产品；请选择其中一个</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>the file MTD_MSIL1C.xml or MTD_MSIL2A.xml is missing</source>
            <extracomment>phrase</extracomment>
            <translation>缺少文件 MTD_MSIL1C.xml 或 MTD_MSIL2A.xml</translation>
        </message>
        <message>
            <location filename="../model/sentinel2_product.py"></location>
            <source>it holds {granules} tiles; download the tile alone</source>
            <extracomment>phrase</extracomment>
            <translation>它含有 {granules} 个图幅；请只下载所需的图幅</translation>
        </message>
        <message>
            <location filename="../model/simulate_clouds.py"></location>
            <source>choose one of {CLOUD_KINDS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {CLOUD_KINDS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/simulate_clouds.py"></location>
            <source>it has to be between {least} and {most}</source>
            <extracomment>phrase</extracomment>
            <translation>必须在 {least} 与 {most} 之间</translation>
        </message>
        <message>
            <location filename="../model/simulate_clouds.py"></location>
            <source>Looking at the scene</source>
            <extracomment>phrase</extracomment>
            <translation>正在查看场景</translation>
        </message>
        <message>
            <location filename="../model/simulate_clouds.py"></location>
            <source>Laying clouds</source>
            <extracomment>phrase</extracomment>
            <translation>正在叠加云</translation>
        </message>
        <message>
            <location filename="../model/tiling.py"></location>
            <source>{sum} pixels of {window} were in no tile that was computed</source>
            <extracomment>phrase</extracomment>
            <translation>{window} 中有 {sum} 个像素不在任何已计算的分块内</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>clear dates</source>
            <extracomment>phrase</extracomment>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Reading clear pixels</source>
            <extracomment>phrase</extracomment>
            <translation>正在读取无云像素</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>it has to be 1 or more</source>
            <extracomment>phrase</extracomment>
            <translation>必须不小于 1</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>«{name}» is taken for Level-{its}, the scene for Level-{wanted}: the atmosphere is learnt, too.</source>
            <extracomment>phrase</extracomment>
            <translation>«{name}»被视为 Level-{its}，而场景为 Level-{wanted}：大气的影响也会被一并学入。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>it has no parameters that could be adapted</source>
            <extracomment>phrase</extracomment>
            <translation>它没有可适应的参数</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>there are more names than clear dates</source>
            <extracomment>phrase</extracomment>
            <translation>名称多于无云日期</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>it is the cloudy scene itself</source>
            <extracomment>phrase</extracomment>
            <translation>它就是有云场景本身</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>The adapted weights score better: PSNR {after} dB on withheld clear pixels, {before} dB before ({mixture} of the way to the adapted weights).</source>
            <extracomment>phrase</extracomment>
            <translation>适应后的权重评分更高：在留出的无云像素上 PSNR 为 {after} dB，此前为 {before} dB（取向适应后权重的 {mixture}）。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>The adapted weights score no better: PSNR {tried} dB at best on withheld clear pixels, {before} dB before. A gain of {LEAST_GAIN} dB is asked for, so the given weights are kept.</source>
            <extracomment>phrase</extracomment>
            <translation>适应后的权重评分没有更高：在留出的无云像素上 PSNR 最好为 {tried} dB，此前为 {before} dB。要求至少提高 {LEAST_GAIN} dB，因此保留所给的权重。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>the given weights</source>
            <extracomment>phrase</extracomment>
            <translation>所给的权重</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>PSNR {before} dB on withheld clear pixels before adapting.</source>
            <extracomment>phrase</extracomment>
            <translation>适应前，在留出的无云像素上 PSNR 为 {before} dB。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>PSNR {value} dB on withheld clear pixels with the colours of {whose}.</source>
            <extracomment>phrase</extracomment>
            <translation>采用{whose}的颜色后，预留无云像元上的 PSNR 为 {value} dB。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>the clear dates</source>
            <extracomment>phrase</extracomment>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>the scene's own clear ground</source>
            <extracomment>phrase</extracomment>
            <translation>场景自身无云地面</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>The training diverged and was ended.</source>
            <extracomment>phrase</extracomment>
            <translation>训练发散，已结束。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Adapting: step {step}, PSNR {top} dB, {before} dB before</source>
            <extracomment>phrase</extracomment>
            <translation>正在适应：第 {step} 步，PSNR {top} dB，此前为 {before} dB</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>PSNR {value} dB on withheld clear pixels after {step} steps, {seconds} s.</source>
            <extracomment>phrase</extracomment>
            <translation>{step} 步后，在留出的无云像素上 PSNR 为 {value} dB，用时 {seconds} 秒。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>, among them all of «{names}»</source>
            <extracomment>phrase</extracomment>
            <translation>，其中包括“{names}”的全部</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Clear pixels to learn from: {learnt_pixels}, dates: {date}. Withheld to score by: {withheld_pixels}{withheld}.</source>
            <extracomment>phrase</extracomment>
            <translation>用于学习的无云像素：{learnt_pixels}，日期：{date}。留出用于评分：{withheld_pixels}{withheld}。</translation>
        </message>
        <message>
            <location filename="../model/training/own_scene.py"></location>
            <source>as it is</source>
            <extracomment>phrase</extracomment>
            <translation>保持原样</translation>
        </message>
        <message>
            <location filename="../model/training/scene_files.py"></location>
            <source>The scene «{layer}» cannot be used: {detail}.</source>
            <extracomment>error</extracomment>
            <translation>场景“{layer}”无法使用：{detail}。</translation>
        </message>
        <message>
            <location filename="../resources/styles/changed.qml"></location>
            <source>still cloudy: no Sentinel-1</source>
            <translation>仍有云：缺少 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../resources/styles/cloud_classes.qml"></location>
            <source>shadow</source>
            <translation>阴影</translation>
        </message>
        <message>
            <location filename="../resources/styles/cloud_classes.qml"></location>
            <source>thin cloud</source>
            <translation>薄云</translation>
        </message>
        <message>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <source>Clouds removed with a clear date</source>
            <translation>借助无云日期去除云</translation>
        </message>
        <message>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <source>Removes the clouds of a Sentinel-2 layer with the help of Sentinel-1 and of an earlier clear image of the same place, and tells of each pixel where it is from and how wrong it is likely to be.</source>
            <translation>借助 Sentinel-1 和同一地点较早的无云图像去除 Sentinel-2 图层的云，并说明每个像素来自哪里、可能有多大误差。</translation>
        </message>
        <message>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <source>A Sentinel-2 image of the same place without clouds, or nearly so, best of the same season.</source>
            <translation>同一地点无云或几乎无云的 Sentinel-2 图像，最好是同一季节。</translation>
        </message>
        <message>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Calibrated backscatter with a VV and a VH band.</source>
            <translation>经定标的后向散射，含 VV 和 VH 波段。</translation>
        </message>
        <message>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>The original bands.</source>
            <translation>原始波段。</translation>
        </message>
        <message>
            <location filename="../resources/models/clear_date_clouds_removed.model3"></location>
            <source>Clear date</source>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <source>Cloud mask, clouds removed, NDVI</source>
            <translation>云掩膜、云去除、NDVI</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <source>Finds the clouds and shadows of a Sentinel-2 layer, reconstructs what lies under them with the help of Sentinel-1 and keeps all other pixels as they are, and computes the vegetation index (NDVI) of the result.</source>
            <translation>找出 Sentinel-2 图层中的云和阴影，借助 Sentinel-1 重建其下的内容，其余像素保持原样，并计算结果的植被指数（NDVI）。</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>8 where the layer has 12 or 13 bands, 7 where it has the 10 bands of 10 m and 20 m.</source>
            <translation>图层有 12 或 13 个波段时为 8，只有 10 m 和 20 m 的 10 个波段时为 7。</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>-1000 for products of baseline 04.00 (since 2022) from which the offset has not been taken out, else 0.</source>
            <translation>基线 04.00（自 2022 年起）的产品若尚未去除偏移则为 -1000，否则为 0。</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>4 where the layer has 12 or 13 bands, 3 where it has the 10 bands of 10 m and 20 m.</source>
            <translation>图层有 12 或 13 个波段时为 4，只有 10 m 和 20 m 的 10 个波段时为 3。</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>Number of the near-infrared band (B8)</source>
            <translation>近红外波段（B8）的编号</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>Offset of the digital numbers (-1000 or 0)</source>
            <translation>数字量化值的偏移（-1000 或 0）</translation>
        </message>
        <message>
            <location filename="../resources/models/cloud_mask_clouds_removed_ndvi.model3"></location>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>Number of the red band (B4)</source>
            <translation>红光波段（B4）的编号</translation>
        </message>
        <message>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>Clouds removed, then NDVI</source>
            <translation>云去除后计算 NDVI</translation>
        </message>
        <message>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>Removes the clouds of a Sentinel-2 layer with the help of Sentinel-1, and computes the vegetation index (NDVI) of the result.</source>
            <translation>借助 Sentinel-1 去除 Sentinel-2 图层的云，并计算结果的植被指数（NDVI）。</translation>
        </message>
        <message>
            <location filename="../resources/models/clouds_removed_ndvi.model3"></location>
            <source>0 and 1, or of a product, such as SCL or QA60: what is clear stays. Without one the clouds are detected.</source>
            <translation>0 和 1，或产品自带的掩膜，如 SCL 或 QA60：无云处保持不变。没有掩膜时会检测云。</translation>
        </message>
        <message>
            <location filename="../resources/models/folder_clouds_removed.model3"></location>
            <source>Clouds of a folder removed, with a report</source>
            <translation>文件夹云去除，附报告</translation>
        </message>
        <message>
            <location filename="../resources/models/folder_clouds_removed.model3"></location>
            <source>Removes the clouds of all scenes of a folder with the help of Sentinel-1, and writes a report (CSV) with a line for each scene. What is there already is kept, so that it can be run again when scenes were added.</source>
            <translation>借助 Sentinel-1 去除文件夹中所有场景的云，并写出报告（CSV），每景一行。已有的结果予以保留，因此添加场景后可再次运行。</translation>
        </message>
        <message>
            <location filename="../resources/models/folder_clouds_removed.model3"></location>
            <source>With NAME_s1.tif and NAME_s2.tif or NAME_s2_cloudy.tif for each scene.</source>
            <translation>每景有 NAME_s1.tif，以及 NAME_s2.tif 或 NAME_s2_cloudy.tif。</translation>
        </message>
        <message>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Prepare a pair, remove clouds, assess</source>
            <translation>准备图层对、云去除、评估</translation>
        </message>
        <message>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>Warps Sentinel-1 onto the grid of a cloudy Sentinel-2 layer, in decibel, removes the clouds, and compares the result and the cloudy layer with a clear date: a report, an error map and a table of figures.</source>
            <translation>将 Sentinel-1 以分贝重投影到有云 Sentinel-2 图层的格网上，去除云，并将结果和有云图层与无云日期比较：报告、误差图和数值表。</translation>
        </message>
        <message>
            <location filename="../resources/models/prepared_clouds_removed_assessed.model3"></location>
            <source>The same place on a clear day, as near as possible, of the same season.</source>
            <translation>同一地点的无云日，日期尽可能接近，季节相同。</translation>
        </message>
        <message>
            <location filename="../model/weights/index.json"></location>
            <source>The multi-stage fusion network of the paper (SG-BAFM and DFIN).</source>
            <translation>论文中的多阶段融合网络（SG-BAFM 和 DFIN）。</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>SAR Cloud Removal</source>
            <extracomment>metadata: name</extracomment>
            <translation>SAR 引导的云去除（SAR Cloud Removal）</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>Sees through the clouds of a Sentinel-2 image with the help of Sentinel-1 radar</source>
            <extracomment>metadata: description</extracomment>
            <translation>借助 Sentinel-1 雷达，看透 Sentinel-2 图像中的云层</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>Takes a cloudy Sentinel-2 image and a Sentinel-1 radar image of the same place, and makes a cloud-free Sentinel-2 image and a map of where the network listened to the radar. An earlier clear image of the place, if there is one, brings its fields and roads back under closed cloud; two more maps say where each pixel is from and how wrong it is likely to be. The network fuses image and radar with SAR-guided attention; it is the one of the paper «A SAR-Guided Cloud Removal Network Based on Attention Fusion» (基于注意力融合技术的 SAR 引导的云去除网络).
Eight Processing algorithms remove clouds, of one scene or of a whole folder, prepare Sentinel products, detect and simulate clouds, assess results and adapt the network to your land. They work in the toolbox, in batch runs, in graphical models and in qgis_process, on a CPU or on a GPU. Example models show whole chains.
PyTorch, rasterio, scikit-learn and NumPy go into a Python environment of their own, which the plugin sets up at the press of a button (500 MB to download, 3 GB with an NVIDIA GPU). QGIS's own Python is left as it is.</source>
            <extracomment>metadata: about</extracomment>
            <translation>取同一地点的有云 Sentinel-2 图像和 Sentinel-1 雷达图像，生成无云的 Sentinel-2 图像，以及显示网络在何处关注雷达的注意力图。若有该地较早的无云图像，密云之下便会重现它的田块和道路；另有两幅图说明每个像素来自哪里、可能有多大误差。网络以 SAR 引导的注意力机制融合图像和雷达，出自论文《基于注意力融合技术的 SAR 引导的云去除网络》。
八个处理算法分别用于去除单景或整个文件夹的云、准备 Sentinel 产品、检测和模拟云、评估结果，以及使网络适应您的地区。它们可用于工具箱、批处理、模型构建器和 qgis_process，可在 CPU 或 GPU 上运行。示例模型展示完整的流程。
PyTorch、rasterio、scikit-learn 和 NumPy 装入独立的 Python 环境，由插件一键建立（下载 500 MB，使用 NVIDIA GPU 时为 3 GB）。QGIS 自带的 Python 保持原样。</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>remote sensing,raster,sentinel,sentinel-1,sentinel-2,sar,radar,cloud,clouds,cloud removal,deep learning,attention,processing</source>
            <extracomment>metadata: tags</extracomment>
            <translation>遥感,栅格,哨兵,sentinel,sentinel-1,sentinel-2,sar,雷达,云,去云,云去除,深度学习,注意力,processing</translation>
        </message>
        <message>
            <source>Takes a cloudy Sentinel-2 image and a Sentinel-1 radar image of the same place, and makes a cloud-free Sentinel-2 image and a map of where the network listened to the radar. The network fuses both with SAR-guided attention; it is the one of the paper «A SAR-Guided Cloud Removal Network Based on Attention Fusion» (基于注意力融合技术的 SAR 引导的云去除网络).
Eight Processing algorithms remove clouds, of one scene or of a whole folder, prepare Sentinel products, detect and simulate clouds, assess results and adapt the network to your land. They work in the toolbox, in batch runs, in graphical models and in qgis_process, on a CPU or on a GPU. Example models show whole chains.
PyTorch, rasterio and NumPy go into a Python environment of their own, which the plugin sets up at the press of a button (500 MB to download, 3 GB with an NVIDIA GPU). QGIS's own Python is left as it is.</source>
            <translation type="vanished">取同一地点的有云 Sentinel-2 图像和 Sentinel-1 雷达图像，生成无云的 Sentinel-2 图像，以及显示网络在何处关注雷达的注意力图。网络以 SAR 引导的注意力机制融合两者，出自论文《基于注意力融合技术的 SAR 引导的云去除网络》。
八个处理算法分别用于去除单景或整个文件夹的云、准备 Sentinel 产品、检测和模拟云、评估结果，以及使网络适应您的地区。它们可用于工具箱、批处理、模型构建器和 qgis_process，可在 CPU 或 GPU 上运行。示例模型展示完整的流程。
PyTorch、rasterio 和 NumPy 装入独立的 Python 环境，由插件一键建立（下载 500 MB，使用 NVIDIA GPU 时为 3 GB）。QGIS 自带的 Python 保持原样。</translation>
        </message>
    </context>
</TS>
